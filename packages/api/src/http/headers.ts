import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnvironment } from './environment.ts';

const fixed = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

const requestId = /^[A-Za-z0-9._-]{8,64}$/;

/** Every answer says whose it is, and that a browser may do nothing with it. What a handler sets itself stays. */
export function commonHeaders(): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const given = context.req.header('x-request-id');
    const id = given !== undefined && requestId.test(given) ? given : randomUUID();
    context.set('requestId', id);
    context.set('caller', null);
    context.set('ended', null);
    await next();
    context.res.headers.set('x-request-id', id);
    for (const [name, value] of Object.entries(fixed)) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
  };
}
