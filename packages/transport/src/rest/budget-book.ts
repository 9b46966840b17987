import type { Clock } from '../clock.ts';
import { type Fault, VenueError } from '../fault.ts';
import type { Budget, RestRequest } from './request.ts';
import { longestWaitMs, untilFault } from './until-fault.ts';
import { WaitingLines } from './waiting-lines.ts';
import { Window } from './window.ts';

const longestTimerMs = 2 ** 31 - 1;

/** Leave to send one request; ends by exactly one of these. */
export interface Lease {
  /** The reply came, or the request failed on its way. */
  settle(): void;
  /** The request was not sent. */
  cancel(): void;
}

export interface Patience {
  /** The longest wait for a rate limit to end, in milliseconds. */
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
}

interface Waiter extends Patience {
  readonly costs: RestRequest['costs'];
  readonly pools: readonly string[];
  gone: boolean;
  readonly resolve: (lease: Lease) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The budgets of one venue as seen from one address of ours, shared by everything in the process that talks to it.
 * Requests wait in the order they came, per pool; after a rate limit or a ban all of them wait until it ends.
 */
export class BudgetBook {
  readonly #exchange: string;
  readonly #windows: ReadonlyMap<string, Window>;
  readonly #clock: Clock;
  readonly #lines = new WaitingLines<Waiter>();
  #block: { readonly fault: Fault; readonly until: number } | null = null;
  #alarm: { readonly at: number; readonly off: AbortController } | null = null;

  constructor(exchange: string, budgets: readonly Budget[], clock: Clock) {
    this.#exchange = exchange;
    this.#windows = new Map(budgets.map((budget) => [budget.pool, new Window(budget)]));
    this.#clock = clock;
  }

  /**
   * Waits until a request may be sent.
   * @param costs what it costs, by pool
   * @throws VenueError when a rate limit or ban lasts longer than this waits; RangeError when a pool is unknown; the
   * signal's reason when that is aborted.
   */
  async take(costs: RestRequest['costs'], patience: Patience): Promise<Lease> {
    patience.signal.throwIfAborted();
    const pools = Object.keys(costs);
    const unknown = pools.find((pool) => !this.#windows.has(pool));
    if (unknown !== undefined) {
      const known = [...this.#windows.keys()].join(', ') || 'none';
      throw new RangeError(`${this.#exchange}: a request costs of '${unknown}', which is no budget (known: ${known})`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Lease>();
    const waiter: Waiter = { costs, pools, gone: false, ...patience, resolve, reject };
    const abort = () => {
      this.#lines.leave(waiter);
      reject(patience.signal.reason);
      this.#serve();
    };
    patience.signal.addEventListener('abort', abort, { once: true });
    this.#lines.add(waiter);
    const { blocked } = this;
    if (blocked !== null) this.#turnAway(waiter, blocked);
    this.#serve();
    return promise.finally(() => patience.signal.removeEventListener('abort', abort));
  }

  /**
   * Nothing goes out before `until` (µs). A block that ends later than the present one replaces it.
   * @returns whether this is news: nothing was blocked before, or for another reason.
   */
  block(fault: Fault, until: number): boolean {
    const before = this.blocked;
    if (before === null || until > before.until) this.#block = { fault: { ...fault, retryAt: until }, until };
    const { blocked } = this;
    if (blocked !== null) for (const waiter of this.#lines.all()) this.#turnAway(waiter, blocked);
    this.#serve();
    return before?.fault.kind !== fault.kind;
  }

  /** The rate limit or ban in force, and when it ends (µs). */
  get blocked(): { readonly fault: Fault; readonly until: number } | null {
    if (this.#block !== null && this.#block.until <= this.#clock.now()) this.#block = null;
    return this.#block;
  }

  /** Takes over what the venue says is used, by pool, where that is more than we know of. */
  adopt(usage: Readonly<Record<string, number>>): void {
    for (const [pool, used] of Object.entries(usage)) this.#windows.get(pool)?.adopt(used, this.#clock.now());
  }

  /** Which part of each budget is used, by pool: from 0 to 1, above where the venue counts more than we do. */
  used(): Record<string, number> {
    const now = this.#clock.now();
    return Object.fromEntries([...this.#windows].map(([pool, window]) => [pool, window.used(now) / window.capacity]));
  }

  #serve(): void {
    const now = this.#clock.now();
    const { blocked } = this;
    if (blocked !== null) {
      this.#wakeAt(this.#lines.size > 0 ? blocked.until : Number.POSITIVE_INFINITY);
      return;
    }
    // A pool that someone waits for is kept for them: who comes later must not overtake there, but may elsewhere.
    const kept = new Set<string>();
    let next = Number.POSITIVE_INFINITY;
    this.#lines.serve((waiter) => {
      const lacking = waiter.pools.filter((pool) => kept.has(pool) || this.#ready(waiter, pool, now) > now);
      if (lacking.length === 0) {
        waiter.resolve(this.#grant(waiter.costs));
        return true;
      }
      if (!lacking.some((pool) => kept.has(pool))) {
        next = Math.min(next, Math.max(...lacking.map((pool) => this.#ready(waiter, pool, now))));
      }
      for (const pool of lacking) kept.add(pool);
      return false;
    });
    this.#wakeAt(next);
  }

  #ready({ costs }: Waiter, pool: string, now: number): number {
    return this.#windows.get(pool)?.fits(costs[pool] ?? 0, now) ?? now;
  }

  #grant(costs: RestRequest['costs']): Lease {
    const each = (act: (window: Window, cost: number) => void) => {
      for (const [pool, cost] of Object.entries(costs)) {
        const window = this.#windows.get(pool);
        if (window !== undefined) act(window, cost);
      }
    };
    each((window, cost) => window.grant(cost));
    return {
      settle: () => {
        each((window, cost) => window.settle(cost, this.#clock.now()));
        this.#serve();
      },
      cancel: () => {
        each((window, cost) => window.cancel(cost));
        this.#serve();
      },
    };
  }

  /** Sends someone away who would have to wait too long. */
  #turnAway(waiter: Waiter, { fault, until }: { fault: Fault; until: number }): void {
    if (until - this.#clock.now() <= longestWaitMs(fault.kind, waiter.maxWaitMs) * 1000) return;
    this.#lines.leave(waiter);
    waiter.reject(new VenueError(this.#exchange, untilFault(fault, until), null));
  }

  #wakeAt(at: number): void {
    if (this.#alarm?.at === at) return;
    this.#alarm?.off.abort();
    this.#alarm = null;
    if (at === Number.POSITIVE_INFINITY) return;
    const alarm = { at, off: new AbortController() };
    this.#alarm = alarm;
    const ms = Math.min(longestTimerMs, Math.ceil((at - this.#clock.now()) / 1000));
    this.#clock.delay(ms, alarm.off.signal).then(
      () => {
        if (this.#alarm === alarm) this.#alarm = null;
        this.#serve();
      },
      () => {},
    );
  }
}
