import { createRoute, z } from '@hono/zod-openapi';
import { ProblemError } from '../http/problem.ts';
import { security } from '../openapi/document.ts';
import { problems, usualProblems } from '../openapi/problems.ts';
import type { Routes } from './shared.ts';

const status = z.object({ status: z.enum(['ok', 'degraded', 'failing']) }).openapi('Health');

/** `GET /health`, which tells little, and `GET /metrics`. */
export function serviceRoutes({ app, guard, options }: Routes): void {
  const health = createRoute({
    method: 'get',
    path: '/health',
    tags: ['service'],
    summary: 'Whether it works',
    security: [],
    middleware: [guard.open()],
    responses: {
      200: { description: 'It records, perhaps not everything', content: { 'application/json': { schema: status } } },
      503: { description: 'Nothing is recorded', content: { 'application/json': { schema: status } } },
      ...problems(429, 500),
    },
  });
  app.openapi(health, async (context) => {
    const now = (await options.health?.()) ?? 'ok';
    return context.json({ status: now }, now === 'failing' ? 503 : 200);
  });

  const metrics = createRoute({
    method: 'get',
    path: '/metrics',
    tags: ['service'],
    summary: 'Figures in the text format of Prometheus',
    security,
    middleware: [guard.known(), guard.allows('read')],
    responses: {
      200: { description: 'Figures', content: { 'text/plain': { schema: z.string() } } },
      ...problems(...usualProblems, 501),
    },
  });
  app.openapi(metrics, async (context) => {
    if (options.metrics === null) throw new ProblemError('not-available');
    const { contentType } = options.metrics;
    return context.text(await options.metrics.text(), 200, { 'content-type': contentType });
  });
}
