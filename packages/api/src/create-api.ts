import { now as systemNow } from '@feedlake/schema';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { Guard } from './access/guard.ts';
import { TokenBook } from './access/token-book.ts';
import { accessLog } from './http/access-log.ts';
import type { ApiEnvironment } from './http/environment.ts';
import { notFound, onError } from './http/errors.ts';
import { commonHeaders } from './http/headers.ts';
import { limitedBody } from './limits/body.ts';
import { Gate } from './limits/gate.ts';
import type { ApiOptions } from './options.ts';
import { backfillRoutes } from './routes/backfills.ts';
import { coverageRoutes } from './routes/coverage.ts';
import { docsRoutes } from './routes/docs.ts';
import { exchangeRoutes } from './routes/exchanges.ts';
import { rowRoutes } from './routes/rows.ts';
import { serviceRoutes } from './routes/service.ts';
import type { Routes } from './routes/shared.ts';
import { snapshotRoutes } from './routes/snapshots.ts';
import { symbolRoutes } from './routes/symbols.ts';

/** The bodies of our requests are small. */
const longestBody = 65_536;
/** Reads that wait for their turn, for each that has it. */
const waitingPerRead = 8;
/** So long a request waits for its turn to read, and an answer that nobody takes keeps others waiting. */
const usualPatienceMs = 15_000;
/** Snapshots: those of all symbols take their time. */
const fetches = { places: 4, mostWaiting: 16, longestWaitMs: 60_000 };

/** The HTTP API, as something that answers requests; whoever has a socket or a Lambda event gives it them. */
export type Api = Hono<ApiEnvironment>;

/** Makes the HTTP API. It reads nothing and keeps no timers until it is asked. */
export function createApi(options: ApiOptions): Api {
  const { settings, logger, addressOf, now = systemNow, patienceMs = usualPatienceMs } = options;
  const app: Api = new Hono();
  const { per_token, per_address } = settings.rate_limit;
  const tokens = new TokenBook(settings.tokens);
  const guard = new Guard({ tokens, perToken: per_token, perAddress: per_address, addressOf, now });
  app.use('*', accessLog(logger, addressOf), commonHeaders());
  if (settings.cors_origins.length > 0) {
    app.use(
      '*',
      cors({
        origin: [...settings.cors_origins],
        allowMethods: ['GET', 'POST'],
        allowHeaders: ['authorization', 'content-type', 'accept', 'x-request-id'],
        exposeHeaders: ['link', 'location', 'retry-after', 'x-request-id', 'feedlake-notice'],
        maxAge: 600,
      }),
    );
  }
  for (const path of ['/v1/*', '/metrics']) app.use(path, guard.known());
  app.use('/v1/*', limitedBody(longestBody));
  const routes: Routes = {
    app,
    operations: [],
    options,
    guard,
    reads: new Gate({
      places: settings.concurrent_reads,
      mostWaiting: settings.concurrent_reads * waitingPerRead,
      longestWaitMs: patienceMs,
    }),
    fetches: new Gate(fetches),
    patienceMs,
    now,
  };
  rowRoutes(routes);
  coverageRoutes(routes);
  exchangeRoutes(routes);
  symbolRoutes(routes);
  snapshotRoutes(routes);
  backfillRoutes(routes);
  serviceRoutes(routes);
  docsRoutes(routes);
  app.notFound(notFound(app));
  app.onError(onError(logger, options.signal));
  return app;
}
