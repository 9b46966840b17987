import { isoTime } from '@feedlake/schema';
import { createRoute, z } from '@hono/zod-openapi';
import { fieldProblem, ProblemError } from '../http/problem.ts';
import { security } from '../openapi/document.ts';
import { exchangeField, symbolName } from '../openapi/fields.ts';
import { problems, usualProblems } from '../openapi/problems.ts';
import type { SnapshotRequest, SnapshotTaken } from '../work.ts';
import { exchangeOf, inside, type Routes } from './shared.ts';

const mostSymbols = 1000;
/** As paths of rows have it, and as the lake calls it. */
const names = ['open-interest', 'funding-rates', 'instruments', 'open_interest', 'funding_rates'] as const;
const datasets: Readonly<Record<(typeof names)[number], SnapshotRequest['dataset']>> = {
  'open-interest': 'open_interest',
  'funding-rates': 'funding_rates',
  instruments: 'instruments',
  open_interest: 'open_interest',
  funding_rates: 'funding_rates',
};

/** Something that did not come, as answers tell it. */
export const failure = z
  .object({
    exchange: z.string(),
    symbol: z.string().nullable().openapi({ description: 'Null: the exchange as a whole' }),
    message: z.string(),
    kind: z.string().openapi({ description: 'The class of the fault: `rate_limited`, `geo_blocked`, `bad_symbol`, …' }),
  })
  .openapi('Failure');

const body = z.strictObject({
  exchange: exchangeField(),
  symbols: z
    .union([z.literal('all'), z.array(symbolName()).min(1).max(mostSymbols)])
    .optional()
    .openapi({ description: 'Default: those of the settings' }),
  scheduled: z.boolean().default(false).openapi({
    description:
      'false: now, as taken by hand. true: for the slot of the schedule that lasts at present, unless it was taken before; its coverage is recorded then',
  }),
});

const answer = z
  .object({
    dataset: z.string(),
    exchange: z.string(),
    outcome: z
      .enum(['stored', 'partial', 'known'])
      .openapi({ description: '`partial`: something did not come. `known`: the slot was taken before' }),
    time: z.string().openapi({ format: 'date-time', description: 'The slot, or when it was taken' }),
    rows: z.int().openapi({ description: 'Stored now' }),
    objects: z.array(z.object({ key: z.string(), rows: z.int() })),
    failures: z.array(failure),
    rejected: z.array(z.string()).openapi({ description: 'Why rows of the exchange were turned down' }),
    notices: z.array(z.string()),
  })
  .openapi('Snapshot');

/** `POST /v1/snapshots/{dataset}`. */
export function snapshotRoutes(routes: Routes): void {
  const { app, guard, options } = routes;
  const route = createRoute({
    method: 'post',
    path: '/v1/snapshots/{dataset}',
    tags: ['work'],
    summary: 'Ask an exchange for the present state, and store it',
    security,
    middleware: [guard.allows('write')],
    request: {
      params: z.object({ dataset: z.enum(names) }),
      body: { content: { 'application/json': { schema: body } }, required: true },
    },
    responses: {
      200: { description: 'It is in the lake', content: { 'application/json': { schema: answer } } },
      ...problems(...usualProblems, 413, 415, 501, 502),
    },
  });
  app.openapi(route, async (context) => {
    const { snapshots } = options;
    if (snapshots === null) throw new ProblemError('not-available');
    const dataset = datasets[context.req.valid('param').dataset];
    const { exchange, symbols = null, scheduled } = context.req.valid('json');
    if (!exchangeOf(routes, 'body.exchange', exchange).enabled)
      throw fieldProblem('body.exchange', 'it is not enabled');
    if (scheduled && symbols !== null)
      throw fieldProblem('body.symbols', 'a schedule has its own symbols: leave them out');
    // Once begun it is taken to its end, whether or not the client waits for it.
    const signal = options.signal ?? new AbortController().signal;
    const taken = await inside(routes.fetches, signal, () => snapshots.take({ dataset, exchange, symbols, scheduled }));
    complainOf(taken);
    const { time, rows, objects, failures, rejected, notices } = taken;
    const isPart = failures.length + rejected.length > 0;
    const json = {
      dataset,
      exchange,
      outcome: taken.outcome === 'known' ? ('known' as const) : isPart ? ('partial' as const) : ('stored' as const),
      time: isoTime(time),
      rows,
      objects: objects.map(({ key, rows: count }) => ({ key, rows: count })),
      failures: failures.map((one) => ({ ...one })),
      rejected: [...rejected],
      notices: [...notices],
    };
    return context.json(json, 200);
  });
}

/** @throws ProblemError where nothing came. */
function complainOf({ outcome, rows, failures, rejected, objects }: SnapshotTaken): void {
  if (outcome === 'unscheduled')
    throw fieldProblem('body.scheduled', 'no schedule of the settings has this dataset and exchange');
  const first = failures[0];
  if (outcome === 'known' || rows > 0 || objects.length > 0 || (first === undefined && rejected.length === 0)) return;
  if (first?.kind === 'not_offered') throw fieldProblem('path.dataset', first.message);
  if (failures.length > 0 && failures.every(({ kind }) => kind === 'bad_symbol')) {
    throw new ProblemError('invalid-request', {
      errors: failures.map(({ message }) => ({ field: 'body.symbols', message })),
    });
  }
  throw new ProblemError('exchange-failed', { detail: first?.message ?? rejected[0] ?? 'nothing came' });
}
