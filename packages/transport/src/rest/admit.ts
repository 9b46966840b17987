import type { Clock } from '../clock.ts';
import { VenueError } from '../fault.ts';
import { utcTime } from '../utc-time.ts';
import type { Lease } from './budget-book.ts';
import { firstOpenMs } from './open-routes.ts';
import type { RestRequest } from './request.ts';
import type { Retries } from './retries.ts';
import type { Choice, Endpoint, Route, Routes } from './routes.ts';
import type { Slots } from './slots.ts';

export interface AdmitOptions {
  readonly exchange: string;
  readonly routes: Routes;
  readonly slots: Slots;
  readonly retries: Retries;
  readonly clock: Clock;
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
}

/** Leave to send a request to one host; its lease and its slot are to be given back. */
export interface Pass extends Choice {
  readonly endpoint: Endpoint;
  /** The ticket of the endpoint's breaker. */
  readonly ticket: number;
  readonly lease: Lease;
}

/**
 * Waits for budget, for a free slot, and for a host whose breaker lets a request through.
 * @throws VenueError when that would take too long on every route; the signal's reason.
 */
export async function admit(request: RestRequest, options: AdmitOptions): Promise<Pass> {
  const { exchange, routes, retries, maxWaitMs, signal } = options;
  for (;;) {
    const choice = routes.pick(retries.failed);
    if (choice === null) throw new Error(`${exchange}: no route is left to try`);
    const { route, turn } = choice;
    try {
      const lease = await route.book.take(request.costs, { maxWaitMs, signal });
      const pass = await slotAndHost(choice, lease, options);
      if (pass !== null) return pass;
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      retries.passOver(route);
      routes.pool.failed(turn, error.fault, false);
      if (!routes.isAnyLeft(retries.failed)) throw error;
    }
  }
}

/** Null when, in the meantime, the route was blocked or left. */
async function slotAndHost(choice: Choice, lease: Lease, options: AdmitOptions): Promise<Pass | null> {
  const { routes, slots, retries, signal } = options;
  let slotTaken = false;
  let pass: Pass | null = null;
  try {
    await slots.take(signal);
    slotTaken = true;
    const current = choice.route.book.blocked === null ? routes.renew(choice, retries.failed) : null;
    if (current !== null) pass = { ...current, lease, ...(await openHost(current.route, options)) };
    return pass;
  } finally {
    if (pass === null) {
      lease.cancel();
      if (slotTaken) slots.release();
    }
  }
}

async function openHost(
  route: Route,
  { exchange, retries, clock, signal }: AdmitOptions,
): Promise<Pick<Pass, 'endpoint' | 'ticket'>> {
  const candidates = route.endpoints.filter((endpoint) => !retries.failed.has(endpoint));
  for (;;) {
    signal.throwIfAborted();
    for (const endpoint of candidates) {
      const ticket = endpoint.breaker.enter();
      if (ticket !== null) return { endpoint, ticket };
    }
    const [next] = candidates.toSorted((a, b) => a.breaker.probeAt - b.breaker.probeAt);
    if (next === undefined) throw new Error(`${exchange}: no host is left to try`);
    const { breaker } = next;
    const { openings } = breaker;
    // A block by country does not pass while one waits.
    const patienceMs = breaker.lastFault?.kind === 'geo_blocked' ? 0 : firstOpenMs;
    if (breaker.probeAt - clock.now() > patienceMs * 1000) throw unavailable(exchange, next);
    await breaker.changed(signal);
    if (breaker.openings > openings) throw unavailable(exchange, next);
  }
}

function unavailable(exchange: string, { host, breaker }: Endpoint): VenueError {
  const words = breaker.lastFault?.message ?? 'no answer';
  const message = `${host} failed again and again and is left alone until ${utcTime(breaker.probeAt)}: ${words}`;
  const kind = breaker.lastFault?.kind ?? 'network';
  return new VenueError(exchange, { kind, message, retryAt: breaker.probeAt }, null);
}
