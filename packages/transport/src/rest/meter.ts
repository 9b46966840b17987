import type { RestSample, RouteReadings } from '@feedlake/telemetry';
import type { RestAttempt, RestOutcome } from './client-options.ts';
import type { Routes } from './routes.ts';

/** What the metrics count of one sending. */
export function sampleOf(
  exchange: string,
  { attempt }: RestAttempt,
  { fault, atProxy, ms, bytes }: RestOutcome,
): RestSample {
  const outcome = atProxy ? 'proxy' : (fault?.kind ?? 'ok');
  return { exchange, outcome, seconds: ms / 1000, bytes, isRetry: attempt > 1 };
}

/** What the metrics say of the ways to a venue at present. */
export function readingsOf(exchange: string, routes: Routes): RouteReadings {
  return {
    exchange,
    breakers: routes.all.flatMap(({ exit, endpoints }) =>
      endpoints.map(({ host, breaker }) => ({ host, proxy: exit.label, state: breaker.state })),
    ),
    budgets: routes.all.flatMap(({ exit, book }) =>
      Object.entries(book.used()).map(([pool, used]) => ({ pool, proxy: exit.label, used })),
    ),
    proxies: routes.pool.scores(),
  };
}
