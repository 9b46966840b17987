import type { Logger } from '@feedlake/telemetry';
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { ApiEnvironment, StreamEnd } from './environment.ts';

/**
 * One line for each request, when its answer has ended. It has the pattern of the path and nothing of the query, of
 * headers or of the body: whatever a client puts there by mistake is not written down.
 */
export function accessLog(logger: Logger, addressOf: (context: Context) => string): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const started = performance.now();
    await next();
    const fields = {
      request_id: context.get('requestId'),
      method: context.req.method,
      route: routeOf(context),
      status: context.res.status,
      address: addressOf(context),
      token: context.get('caller')?.name ?? null,
    };
    const write = (end: StreamEnd | null) => {
      const ms = Math.round(performance.now() - started);
      const { method, route, status } = fields;
      const how = end === null || end.outcome === 'complete' ? '' : ` ${end.outcome}`;
      logger.info({ ...fields, ms, ...end }, `${method} ${route} ${status}${how} ${ms} ms`);
    };
    const ended = context.get('ended');
    if (ended === null) write(null);
    else void ended.then(write);
  };
}

/** The pattern that matched last: that of the handler, after those of what stands before it. */
function routeOf(context: Context): string {
  const route = routePath(context, -1);
  return route.endsWith('*') ? '(none)' : route;
}
