import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { healthJson, statusOf } from './health-report.ts';
import type { HealthServerOptions } from './health-server.ts';
import { silentLogger } from './logger.ts';

type Sources = Pick<HealthServerOptions, 'read' | 'metrics' | 'logger'>;

/** Answers the requests to a health server. */
export function healthListener(sources: Sources): RequestListener {
  // The global Request and Response stay those of Node: others in the process work with them.
  return getRequestListener(appOf(sources).fetch, { overrideGlobalObjects: false });
}

const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
const paths = ['/health', '/health/live', '/health/ready', '/metrics'];

function appOf({ read, metrics, logger = silentLogger }: Sources): Hono {
  const app = new Hono();
  const says = (context: Context, isWell: boolean, body: object) =>
    context.body(JSON.stringify(body), isWell ? 200 : 503, headers);
  app.get('/health', (context) => {
    const report = read();
    return context.body(healthJson(report), statusOf(report) === 'failing' ? 503 : 200, headers);
  });
  app.get('/health/live', (context) => {
    const { live } = read();
    return says(context, live, { live });
  });
  app.get('/health/ready', (context) => {
    const report = read();
    const ready = report.ready && statusOf(report) !== 'failing';
    return says(context, ready, { ready });
  });
  app.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }),
  );
  app.notFound((context) => context.body(JSON.stringify({ error: 'not found', paths }), 404, headers));
  app.onError((error, context) => {
    logger.error({ error, path: context.req.path }, 'the state of the process could not be read');
    return says(context, false, { status: 'failing', error: 'the state of the process could not be read' });
  });
  return app;
}
