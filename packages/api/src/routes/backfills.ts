import { day, isoTime } from '@feedlake/schema';
import * as z from 'zod';
import { fieldProblem, ProblemError } from '../http/problem.ts';
import { exchangeField, fromField, limitField, symbolName, toField } from '../openapi/fields.ts';
import { problems, usualProblems } from '../openapi/problems.ts';
import type { BackfillProgress } from '../work.ts';
import { serve } from './serve.ts';
import { exchangeOf, inside, type Routes, signalOf } from './shared.ts';
import { failure } from './snapshots.ts';

const mostSymbols = 1000;
const longestPeriod = 86_400;
const mostDays = 5 * 366;
/** Each is three requests to the store. */
const mostListed = 100;
const usuallyListed = 20;

const body = () =>
  z.strictObject({
    exchange: exchangeField(),
    dataset: z.enum(['open_interest', 'funding_rates']),
    symbols: z
      .union([z.literal('all'), z.array(symbolName()).min(1).max(mostSymbols)])
      .default('all')
      .meta({ description: 'Default: all' }),
    from: fromField('Start of the history, inclusive; at most 5 years before its end'),
    to: toField('Its end; default: now').optional(),
    period_seconds: z
      .int()
      .min(60)
      .max(longestPeriod)
      .optional()
      .meta({ description: 'Width of open interest buckets; default: 3600', example: 3600 }),
  });

const state = () =>
  z
    .object({
      id: z.string(),
      state: z.enum(['queued', 'running', 'done', 'failed']),
      request: z.object({
        exchange: z.string(),
        dataset: z.string(),
        symbols: z.union([z.literal('all'), z.array(z.string())]),
        from: z.string().meta({ format: 'date-time' }),
        to: z.string().meta({ format: 'date-time', description: 'Exclusive' }),
        period_seconds: z.int().nullable(),
      }),
      created: z.string().meta({ format: 'date-time' }),
      updated: z.string().meta({ format: 'date-time' }),
      done: z.int().meta({ description: 'Stretches of single instruments that are done' }),
      total: z.int().nullable().meta({ description: 'Of so many; null before that is known' }),
      fetched: z.int().meta({ description: 'Rows fetched so far' }),
      failures: z.array(failure()).meta({ description: 'What did not come' }),
    })
    .meta({ id: 'Backfill' });

/** `POST /v1/backfills`, `GET /v1/backfills` and `GET /v1/backfills/{id}`. */
export function backfillRoutes(routes: Routes): void {
  const { options } = routes;
  serve(
    routes,
    {
      method: 'post',
      path: '/v1/backfills',
      tag: 'work',
      summary: 'Have a history fetched into the lake, as far as it lacks it',
      access: ['write'],
      request: () => ({ body: body() }),
      responses: () => ({
        202: {
          description: 'It is accepted; `Location` tells how far it is',
          headers: { location: 'Path of its state' },
          content: { 'application/json': state() },
        },
        ...problems(...usualProblems, 413, 415, 501),
      }),
    },
    async (context, input) => {
      const { backfills } = options;
      if (backfills === null) throw new ProblemError('not-available');
      const { exchange, dataset, symbols, from, to = routes.now(), period_seconds = null } = input.body;
      if (!exchangeOf(routes, 'body.exchange', exchange).enabled)
        throw fieldProblem('body.exchange', 'it is not enabled');
      if (from >= to) throw fieldProblem('body.from', `not before the end of the range, ${isoTime(to)}`);
      if (to - from > mostDays * day) throw fieldProblem('body.from', `more than 5 years before ${isoTime(to)}`);
      const created = await backfills.create({ exchange, dataset, symbols, from, to, periodSeconds: period_seconds });
      return context.json(stateJson(created), 202, { location: `/v1/backfills/${created.id}` });
    },
  );
  serve(
    routes,
    {
      method: 'get',
      path: '/v1/backfills',
      tag: 'work',
      summary: 'The backfills that were asked for last, newest first',
      access: ['read', 'write'],
      request: () => ({ query: z.strictObject({ limit: limitField(mostListed, String(usuallyListed)).optional() }) }),
      responses: () => ({
        200: {
          description: 'Their states',
          content: { 'application/json': z.object({ backfills: z.array(state()) }) },
        },
        ...problems(...usualProblems, 501),
      }),
    },
    async (context, { query: { limit = usuallyListed } }) => {
      const { backfills } = options;
      if (backfills === null) throw new ProblemError('not-available');
      const signal = signalOf(routes, context.req.raw);
      const found = await inside(routes.reads, signal, () => backfills.newest(limit));
      return context.json({ backfills: found.map(stateJson) });
    },
  );
  serve(
    routes,
    {
      method: 'get',
      path: '/v1/backfills/{id}',
      tag: 'work',
      summary: 'How far a backfill is',
      // Whoever may ask for one may see what becomes of it.
      access: ['read', 'write'],
      request: () => ({ path: z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'the id of a backfill') }) }),
      responses: () => ({
        200: { description: 'Its state', content: { 'application/json': state() } },
        ...problems(...usualProblems, 404, 501),
      }),
    },
    async (context, { path: { id } }) => {
      const { backfills } = options;
      if (backfills === null) throw new ProblemError('not-available');
      const found = await backfills.status(id);
      if (found === null)
        throw new ProblemError('not-found', { errors: [{ field: 'path.id', message: 'no such backfill' }] });
      return context.json(stateJson(found));
    },
  );
}

function stateJson(progress: BackfillProgress): z.output<ReturnType<typeof state>> {
  const { id, request, created, updated, done, total, fetched, failures } = progress;
  const { exchange, dataset, symbols, from, to, periodSeconds } = request;
  return {
    id,
    state: progress.state,
    request: {
      exchange,
      dataset,
      symbols: symbols === 'all' ? 'all' : [...symbols],
      from: isoTime(from),
      to: isoTime(to),
      period_seconds: periodSeconds,
    },
    created: isoTime(created),
    updated: isoTime(updated),
    done,
    total,
    fetched,
    failures: failures.map((one) => ({ ...one })),
  };
}
