import * as z from 'zod';
import { problems, usualProblems } from '../openapi/problems.ts';
import { serve } from './serve.ts';
import type { Routes } from './shared.ts';

const answer = () =>
  z.object({
    exchanges: z.array(
      z
        .object({
          id: z.string(),
          exchange: z.string().meta({ description: 'The exchange itself, where the id is another name for it' }),
          engine: z.enum(['native', 'ccxt']),
          enabled: z.boolean(),
          channels: z.array(z.string()).meta({ description: 'Datasets that are streamed' }),
          symbols: z.union([z.literal('all'), z.array(z.string())]),
        })
        .meta({ id: 'Exchange' }),
    ),
  });

/** `GET /v1/exchanges`: those of the settings. */
export function exchangeRoutes(routes: Routes): void {
  const body: z.output<ReturnType<typeof answer>> = {
    exchanges: routes.options.exchanges.map((one) => ({
      ...one,
      channels: [...one.channels],
      symbols: one.symbols === 'all' ? 'all' : [...one.symbols],
    })),
  };
  serve(
    routes,
    {
      method: 'get',
      path: '/v1/exchanges',
      tag: 'about',
      summary: 'The exchanges of the settings',
      access: ['read'],
      request: () => ({ query: z.strictObject({}) }),
      responses: () => ({
        200: {
          description: 'All of them, also those that are not enabled',
          content: { 'application/json': answer() },
        },
        ...problems(...usualProblems),
      }),
    },
    (context) => context.json(body),
  );
}
