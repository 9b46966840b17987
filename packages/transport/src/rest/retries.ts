import { minute, second } from '@feedlake/schema';
import type { Logger } from '@feedlake/telemetry';
import type { Clock } from '../clock.ts';
import { type Fault, type FaultKind, VenueError } from '../fault.ts';
import type { Pass } from './admit.ts';
import { backoffMs } from './backoff.ts';
import type { Endpoint, Route, Routes } from './routes.ts';
import { longestWaitMs, untilFault } from './until-fault.ts';

/** An attempt that failed. */
export interface Failure {
  readonly fault: Fault;
  /** HTTP status, where there was a reply. */
  readonly status: number | null;
  /** True when it is the proxy that can't be used, whatever the exchange. */
  readonly atProxy: boolean;
}

export interface RetryOptions {
  readonly exchange: string;
  readonly routes: Routes;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often the request may be sent again. */
  readonly retries: number;
  readonly maxWaitMs: number;
  readonly random: () => number;
}

const backoff = { baseMs: 500, capMs: 30_000 };
/** The least pause after a rate limit that comes without a retry time. */
const rateLimitPause = second;
/** The shortest ban that a venue is known to give; assumed where none is told. */
const assumedBan = 2 * minute;

const hostFaults: readonly FaultKind[] = ['network', 'timeout', 'maintenance', 'geo_blocked'];
const finalFaults: readonly FaultKind[] = ['auth', 'bad_symbol', 'bad_request'];

/** What the faults of one request call for, from its first attempt to its last. */
export class Retries {
  /** Endpoints that failed this request: passed over until there is no other. */
  readonly failed = new Set<Endpoint>();
  readonly #options: RetryOptions;
  #used = 0;
  #malformed = 0;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /**
   * Tells all that the venue's requests share what an attempt found, so that none of them goes out in ignorance.
   * @returns the failure, with the time at which the venue may be asked again where there is one
   */
  note(failure: Failure, { route, turn, endpoint, ticket }: Pass): Failure {
    const { fault, atProxy } = failure;
    const { kind } = fault;
    if (atProxy) endpoint.breaker.gaveUp(ticket);
    else if (hostFaults.includes(kind)) endpoint.breaker.failed(fault, ticket);
    else endpoint.breaker.succeeded();

    if (atProxy || kind === 'banned') this.passOver(route);
    else if (hostFaults.includes(kind)) this.failed.add(endpoint);

    const until = this.#blockedUntil(fault);
    if (until !== null && route.book.block(fault, until)) {
      const { exchange, logger } = this.#options;
      const { message } = untilFault(fault, until);
      logger.warn({ exchange, proxy: route.exit.label, fault: kind }, `${exchange}: ${message}`);
    }
    const dated = until === null ? fault : { ...fault, retryAt: until };
    if (kind !== 'maintenance' && !route.endpoints.some((other) => !this.failed.has(other))) {
      this.#options.routes.pool.failed(turn, dated, atProxy);
    }
    return { ...failure, fault: dated };
  }

  /** Leaves a whole route out. */
  passOver(route: Route): void {
    for (const endpoint of route.endpoints) this.failed.add(endpoint);
  }

  /**
   * Waits as a failure calls for; when it returns, the request is to be sent again.
   * @throws VenueError when the request has failed for good; the signal's reason.
   */
  async pause(failure: Failure, route: Route, attempt: number, signal: AbortSignal): Promise<void> {
    const { routes, retries, maxWaitMs, random, clock } = this.#options;
    const { fault, atProxy } = failure;
    const { kind } = fault;
    const elsewhere =
      kind === 'maintenance'
        ? route.endpoints.some((endpoint) => !this.failed.has(endpoint))
        : routes.isAnyLeft(this.failed);

    if (elsewhere && (atProxy || kind === 'geo_blocked' || kind === 'banned')) return;
    if (finalFaults.includes(kind) || kind === 'geo_blocked') throw this.#error(failure, attempt);
    if (kind === 'malformed' && this.#malformed++ > 0) throw this.#error(failure, attempt);
    if (this.#used++ >= retries) throw this.#error(failure, attempt);
    if (elsewhere && hostFaults.includes(kind)) return;

    this.failed.clear();
    const toldMs = Math.ceil(((fault.retryAt ?? 0) - clock.now()) / 1000);
    if (toldMs > longestWaitMs(kind, maxWaitMs)) throw this.#error(failure, attempt);
    // A rate limit or a ban is waited for in the budget book, in turn with all others.
    if (kind === 'rate_limited' || kind === 'banned') return;
    await clock.delay(Math.max(toldMs, backoffMs(backoff, this.#used - 1, random)), signal);
  }

  #blockedUntil({ kind, retryAt }: Fault): number | null {
    const now = this.#options.clock.now();
    if (kind === 'banned') return retryAt ?? now + assumedBan;
    if (kind !== 'rate_limited') return null;
    return retryAt ?? now + rateLimitPause + 1000 * backoffMs(backoff, this.#used, this.#options.random);
  }

  #error({ fault, status }: Failure, attempt: number): VenueError {
    const dated = fault.retryAt === undefined ? fault : untilFault(fault, fault.retryAt);
    const message = attempt === 1 ? dated.message : `${dated.message} (tried ${attempt} times)`;
    return new VenueError(this.#options.exchange, { ...dated, message }, status);
  }
}
