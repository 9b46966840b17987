import type { Exit } from '../proxy/dispatcher.ts';
import type { ProxyPool, ProxyTurn } from '../proxy/pool.ts';
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
  /** As the pool has it. */
  readonly proxy: string;
  readonly exit: Exit;
  readonly book: BudgetBook;
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
}

/** A route to use now, and the turn of its proxy. */
export interface Choice {
  readonly route: Route;
  readonly turn: ProxyTurn;
}

/** The ways out to a venue, of which the pool says which one to use. */
export class Routes {
  readonly all: readonly Route[];
  readonly pool: ProxyPool;

  constructor(all: readonly Route[], pool: ProxyPool) {
    this.all = all;
    this.pool = pool;
  }

  /** The pool's choice among the routes that have a host left that has not failed for the caller; null = none has. */
  pick(failed: ReadonlySet<Endpoint>): Choice | null {
    const turn = this.pool.choose('rest', this.#usable(failed));
    const route = this.all.find(({ proxy }) => proxy === turn?.proxy);
    return turn === null || route === undefined ? null : { route, turn };
  }

  /** For a choice that had to wait for its use: the same route still, or null when another is to be picked. */
  renew({ route, turn }: Choice, failed: ReadonlySet<Endpoint>): Choice | null {
    const renewed = this.pool.renew(turn, this.#usable(failed));
    return renewed && { route, turn: renewed };
  }

  /** Whether some route has a host left. */
  isAnyLeft(failed: ReadonlySet<Endpoint>): boolean {
    return this.#left(failed).length > 0;
  }

  #usable(failed: ReadonlySet<Endpoint>): (proxy: string) => boolean {
    const left = this.#left(failed);
    return (proxy) => left.some((route) => route.proxy === proxy);
  }

  #left(failed: ReadonlySet<Endpoint>): Route[] {
    return this.all.filter(({ endpoints }) => endpoints.some((endpoint) => !failed.has(endpoint)));
  }
}
