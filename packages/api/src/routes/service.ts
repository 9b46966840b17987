import * as z from 'zod';
import { ProblemError } from '../http/problem.ts';
import { problems, usualProblems } from '../openapi/problems.ts';
import { serve } from './serve.ts';
import type { Routes } from './shared.ts';

const statuses = ['ok', 'degraded', 'failing'] as const;

/** `GET /health`, which tells little, and `GET /metrics`. */
export function serviceRoutes(routes: Routes): void {
  const { options } = routes;
  serve(
    routes,
    {
      method: 'get',
      path: '/health',
      tag: 'service',
      summary: 'Whether it works',
      access: 'open',
      responses: () => {
        const content = { 'application/json': z.object({ status: z.enum(statuses) }).meta({ id: 'Health' }) };
        return {
          200: { description: 'It records, perhaps not everything', content },
          503: { description: 'Nothing is recorded', content },
          ...problems(429, 500),
        };
      },
    },
    async (context) => {
      const status = (await options.health?.()) ?? 'ok';
      return context.json({ status }, status === 'failing' ? 503 : 200);
    },
  );
  serve(
    routes,
    {
      method: 'get',
      path: '/metrics',
      tag: 'service',
      summary: 'Figures in the text format of Prometheus',
      access: ['read'],
      responses: () => ({
        200: { description: 'Figures', content: { 'text/plain': z.string() } },
        ...problems(...usualProblems, 501),
      }),
    },
    async (context) => {
      if (options.metrics === null) throw new ProblemError('not-available');
      const { contentType } = options.metrics;
      return context.text(await options.metrics.text(), 200, { 'content-type': contentType });
    },
  );
}
