import type { FaultKind } from '../fault.ts';
import type { BreakerState } from './breaker.ts';
import { endpointLabel } from './open-routes.ts';
import type { RestRequest } from './request.ts';
import type { Routes } from './routes.ts';

/** What a client has done since it was made. */
export interface RestStats {
  /** Requests sent, retries included. */
  readonly requests: number;
  readonly retries: number;
  /** Bytes of bodies received, as they were sent. */
  readonly bytes: number;
  /** Attempts that failed, by the kind of their fault. */
  readonly byFault: Readonly<Partial<Record<FaultKind, number>>>;
  /** Budget spent, by pool. */
  readonly weightUsed: Readonly<Record<string, number>>;
  /** State of each host's circuit breaker; behind a proxy as `host via proxy`. */
  readonly breakers: Readonly<Record<string, BreakerState>>;
}

/** Keeps a client's figures. */
export class StatsCounter {
  #requests = 0;
  #retries = 0;
  #bytes = 0;
  readonly #byFault: Partial<Record<FaultKind, number>> = {};
  readonly #weightUsed: Record<string, number> = {};

  sent({ costs }: RestRequest, attempt: number): void {
    this.#requests++;
    if (attempt > 1) this.#retries++;
    for (const [pool, cost] of Object.entries(costs)) this.#weightUsed[pool] = (this.#weightUsed[pool] ?? 0) + cost;
  }

  ended(fault: FaultKind | null, bytes: number): void {
    this.#bytes += bytes;
    if (fault !== null) this.#byFault[fault] = (this.#byFault[fault] ?? 0) + 1;
  }

  read(routes: Routes): RestStats {
    const breakers = routes.all.flatMap(({ exit, endpoints }) =>
      endpoints.map(({ host, breaker }) => [endpointLabel(host, exit), breaker.state] as const),
    );
    return {
      requests: this.#requests,
      retries: this.#retries,
      bytes: this.#bytes,
      byFault: { ...this.#byFault },
      weightUsed: { ...this.#weightUsed },
      breakers: Object.fromEntries(breakers),
    };
  }
}
