import type { Exit } from '../proxy/dispatcher.ts';
import type { CircuitBreaker } from './breaker.ts';
import type { BudgetBook } from './budget-book.ts';

/** One host as reached by one way out. */
export interface Endpoint {
  /** Base URL without a slash at its end. */
  readonly baseUrl: string;
  /** `host` or `host:port`. */
  readonly host: string;
  readonly breaker: CircuitBreaker;
}

/** One way out to a venue, with all of the venue's hosts, best first. */
export interface Route {
  readonly exit: Exit;
  readonly book: BudgetBook;
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
}

/** The ways out to a venue: one is used until it fails, then the next. */
export class Routes {
  readonly all: readonly [Route, ...Route[]];
  readonly #onRotation: (from: Route, to: Route, reason: string) => void;
  #current: Route;

  constructor(all: readonly [Route, ...Route[]], onRotation: (from: Route, to: Route, reason: string) => void) {
    this.all = all;
    this.#current = all[0];
    this.#onRotation = onRotation;
  }

  /** The route in use or, where all of its hosts have failed for the caller, the next that has one left; null = none. */
  pick(failed: ReadonlySet<Endpoint>): Route | null {
    const first = this.all.indexOf(this.#current);
    const inTurn = [...this.all.slice(first), ...this.all.slice(0, first)];
    return inTurn.find(({ endpoints }) => endpoints.some((endpoint) => !failed.has(endpoint))) ?? null;
  }

  /** Leaves a route that failed; many requests that failed together on the same one leave it once. */
  leave(route: Route, reason: string): void {
    if (route !== this.#current || this.all.length === 1) return;
    const next = this.all[(this.all.indexOf(route) + 1) % this.all.length] ?? this.all[0];
    this.#current = next;
    this.#onRotation(route, next, reason);
  }
}
