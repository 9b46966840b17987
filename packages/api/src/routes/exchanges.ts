import { createRoute, z } from '@hono/zod-openapi';
import { security } from '../openapi/document.ts';
import { problems, usualProblems } from '../openapi/problems.ts';
import type { Routes } from './shared.ts';

const exchange = z
  .object({
    id: z.string(),
    exchange: z.string().openapi({ description: 'The exchange itself, where the id is another name for it' }),
    engine: z.enum(['native', 'ccxt']),
    enabled: z.boolean(),
    channels: z.array(z.string()).openapi({ description: 'Datasets that are streamed' }),
    symbols: z.union([z.literal('all'), z.array(z.string())]),
  })
  .openapi('Exchange');

/** `GET /v1/exchanges`: those of the settings. */
export function exchangeRoutes({ app, guard, options }: Routes): void {
  const route = createRoute({
    method: 'get',
    path: '/v1/exchanges',
    tags: ['about'],
    summary: 'The exchanges of the settings',
    security,
    middleware: [guard.allows('read')],
    request: { query: z.strictObject({}) },
    responses: {
      200: {
        description: 'All of them, also those that are not enabled',
        content: { 'application/json': { schema: z.object({ exchanges: z.array(exchange) }) } },
      },
      ...problems(...usualProblems),
    },
  });
  const exchanges = options.exchanges.map((one) => ({
    ...one,
    channels: [...one.channels],
    symbols: one.symbols === 'all' ? ('all' as const) : [...one.symbols],
  }));
  app.openapi(route, (context) => context.json({ exchanges }, 200));
}
