import { isoTime } from '@feedlake/schema';
import * as z from 'zod';
import { fieldProblem, ProblemError } from '../http/problem.ts';
import { exchangeField, symbolName } from '../openapi/fields.ts';
import { problems, usualProblems } from '../openapi/problems.ts';
import type { SnapshotRequest, SnapshotTaken } from '../work.ts';
import { serve } from './serve.ts';
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
export const failure = () =>
  z
    .object({
      exchange: z.string(),
      symbol: z.string().nullable().meta({ description: 'Null: the exchange as a whole' }),
      message: z.string(),
      kind: z.string().meta({ description: 'The class of the fault: `rate_limited`, `geo_blocked`, `bad_symbol`, …' }),
    })
    .meta({ id: 'Failure' });

const body = () =>
  z.strictObject({
    exchange: exchangeField(),
    symbols: z
      .union([z.literal('all'), z.array(symbolName()).min(1).max(mostSymbols)])
      .optional()
      .meta({ description: 'Default: those of the settings' }),
    scheduled: z.boolean().default(false).meta({
      description:
        'false: now, as taken by hand. true: for the slot of the schedule that lasts at present, unless it was taken before; its coverage is recorded then',
    }),
  });

const answer = () =>
  z
    .object({
      dataset: z.string(),
      exchange: z.string(),
      outcome: z
        .enum(['stored', 'partial', 'known'])
        .meta({ description: '`partial`: something did not come. `known`: the slot was taken before' }),
      time: z.string().meta({ format: 'date-time', description: 'The slot, or when it was taken' }),
      rows: z.int().meta({ description: 'Stored now' }),
      objects: z.array(z.object({ key: z.string(), rows: z.int() })),
      failures: z.array(failure()),
      rejected: z.array(z.string()).meta({ description: 'Why rows of the exchange were turned down' }),
      notices: z.array(z.string()),
    })
    .meta({ id: 'Snapshot' });

/** `POST /v1/snapshots/{dataset}`. */
export function snapshotRoutes(routes: Routes): void {
  const { options } = routes;
  serve(
    routes,
    {
      method: 'post',
      path: '/v1/snapshots/{dataset}',
      tag: 'work',
      summary: 'Ask an exchange for the present state, and store it',
      access: ['write'],
      request: () => ({ path: z.object({ dataset: z.enum(names) }), body: body() }),
      responses: () => ({
        200: { description: 'It is in the lake', content: { 'application/json': answer() } },
        ...problems(...usualProblems, 413, 415, 501, 502),
      }),
    },
    async (context, input) => {
      const { snapshots } = options;
      if (snapshots === null) throw new ProblemError('not-available');
      const dataset = datasets[input.path.dataset];
      const { exchange, symbols = null, scheduled } = input.body;
      if (!exchangeOf(routes, 'body.exchange', exchange).enabled)
        throw fieldProblem('body.exchange', 'it is not enabled');
      if (scheduled && symbols !== null)
        throw fieldProblem('body.symbols', 'a schedule has its own symbols: leave them out');
      // Once begun it is taken to its end, whether or not the client waits for it.
      const signal = options.signal ?? new AbortController().signal;
      const wanted = { dataset, exchange, symbols, scheduled };
      const taken = await inside(routes.fetches, signal, () => snapshots.take(wanted));
      complainOf(taken);
      return context.json(answerJson(wanted, taken));
    },
  );
}

function answerJson({ dataset, exchange }: SnapshotRequest, taken: SnapshotTaken): z.output<ReturnType<typeof answer>> {
  const { outcome, time, rows, objects, failures, rejected, notices } = taken;
  const isPart = failures.length + rejected.length > 0;
  return {
    dataset,
    exchange,
    outcome: outcome === 'known' ? 'known' : isPart ? 'partial' : 'stored',
    time: isoTime(time),
    rows,
    objects: objects.map(({ key, rows: count }) => ({ key, rows: count })),
    failures: failures.map((one) => ({ ...one })),
    rejected: [...rejected],
    notices: [...notices],
  };
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
