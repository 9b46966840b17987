import { askCoverage, completeness, coverageKinds, exchangesWithCoverage, type Timeline } from '@feedlake/collector';
import { datasetNames, day, isoTime, second } from '@feedlake/schema';
import * as z from 'zod';
import { adapterOf } from '../exchanges.ts';
import { fieldProblem } from '../http/problem.ts';
import { exchangeField, flagField, fromField, symbolName, toField } from '../openapi/fields.ts';
import { problems, usualProblems } from '../openapi/problems.ts';
import { serve } from './serve.ts';
import { exchangeOf, inside, type Routes, signalOf } from './shared.ts';

/** Coverage of a busy exchange is some thousand rows a day, and all of a range has to be at hand. */
const longestDays = 31;

const subject = () => ({
  exchange: z.string(),
  dataset: z.string(),
  kind: z.enum(coverageKinds),
  period_seconds: z.int().nullable().meta({ description: 'Width of the buckets of a history' }),
  symbol: z.string().nullable().meta({ description: 'Null: all that have no line of their own' }),
  from_time: z.string().meta({ format: 'date-time' }),
  to_time: z.string().meta({ format: 'date-time', description: 'Exclusive' }),
});

const timeline = () =>
  z
    .object({
      ...subject(),
      completeness: z
        .number()
        .nullable()
        .meta({ description: 'Part of what is owed that is covered, from 0 to 1; null where nothing is owed' }),
      covered_seconds: z.number(),
      gap_seconds: z.number(),
      unknown_seconds: z.number().meta({ description: 'Nobody says anything about it' }),
      gaps: z.int(),
      rows: z.int().nullable(),
    })
    .meta({ id: 'Timeline' });

const gap = () =>
  z
    .object({
      ...subject(),
      seconds: z.number(),
      cause: z.string().nullable(),
      writer: z.string().nullable(),
      detail: z.string().nullable(),
    })
    .meta({ id: 'Gap' });

const query = () =>
  z.strictObject({
    exchange: exchangeField().optional().meta({ description: 'Only this exchange' }),
    dataset: z.enum(datasetNames).optional().meta({ description: 'Only this dataset' }),
    symbol: symbolName().optional().meta({ description: 'Only this symbol' }),
    kind: z.enum(coverageKinds).optional().meta({ description: 'Only what is collected by this' }),
    from: fromField('Start of the range, inclusive; default: a day before its end').optional(),
    to: toField('End of the range; default: now').optional(),
    gaps: flagField('Also the list of gaps'),
  });

const answer = () =>
  z.object({
    from: z.string().meta({ format: 'date-time' }),
    to: z.string().meta({ format: 'date-time', description: 'Exclusive' }),
    completeness: z.number().nullable(),
    notices: z.array(z.string()).meta({ description: 'What is worth knowing: which other symbol was taken' }),
    timelines: z.array(timeline()),
    gaps: z.array(gap()).optional(),
  });

type Answer = z.output<ReturnType<typeof answer>>;

/** `GET /v1/coverage`: what the lake has of a range of time, what it lacks, and why. */
export function coverageRoutes(routes: Routes): void {
  serve(
    routes,
    {
      method: 'get',
      path: '/v1/coverage',
      tag: 'about',
      summary: 'What the lake has of a range of time, what it lacks, and why',
      description: `Of at most ${longestDays} days.`,
      access: ['read'],
      request: () => ({ query: query() }),
      responses: () => ({
        200: {
          description: 'A timeline for each exchange, dataset, kind and symbol about which something is said',
          content: { 'application/json': answer() },
        },
        ...problems(...usualProblems),
      }),
    },
    async (context, { query: asked }) => {
      const to = asked.to ?? routes.now();
      const range = { from: asked.from ?? to - day, to };
      if (range.from >= to) throw fieldProblem('query.from', `not before the end of the range, ${isoTime(to)}`);
      if (to - range.from > longestDays * day)
        throw fieldProblem('query.from', `the range is longer than ${longestDays} days`);
      if (asked.exchange !== undefined) exchangeOf(routes, 'query.exchange', asked.exchange);
      const signal = signalOf(routes, context.req.raw);
      const { timelines, notices } = await inside(routes.reads, signal, () =>
        timelinesOf(routes, asked, range, signal),
      );
      const body: Answer = {
        from: isoTime(range.from),
        to: isoTime(to),
        completeness: completeness(timelines).share,
        notices,
        timelines: timelines.map(timelineJson),
        ...(asked.gaps ? { gaps: timelines.flatMap(gapsJson) } : {}),
      };
      return context.json(body);
    },
  );
}

/** @throws ProblemError for a symbol that the lake knows of none of the exchanges. */
async function timelinesOf(
  { options }: Routes,
  { exchange: only, dataset, symbol, kind }: z.output<ReturnType<typeof query>>,
  range: { from: number; to: number },
  signal: AbortSignal,
): Promise<{ timelines: Timeline[]; notices: string[] }> {
  const { lake } = options;
  const timelines: Timeline[] = [];
  const notices: string[] = [];
  const hints: string[] = [];
  const exchanges = only === undefined ? await exchangesWithCoverage(lake, range) : [only];
  let isKnown = symbol === undefined || exchanges.length === 0;
  for (const exchange of exchanges) {
    const known = options.exchanges.find(({ id }) => id === exchange);
    const asked = { datasets: dataset && [dataset], symbols: symbol === undefined ? undefined : [symbol], kind };
    const adapter = known === undefined ? null : adapterOf(known);
    const found = await askCoverage(lake, { ...range, exchange, adapter, ...asked, signal });
    timelines.push(...found.timelines);
    for (const { symbol: taken, notice } of found.names.values()) {
      isKnown ||= taken !== null;
      if (notice !== null) (taken === null ? hints : notices).push(notice);
    }
  }
  if (isKnown) return { timelines, notices };
  const where = only === undefined ? '' : ` of ${only}`;
  throw fieldProblem('query.symbol', [`the lake has no such symbol${where}`, ...hints].join('; '));
}

function timelineJson(one: Timeline): Answer['timelines'][number] {
  const { share, covered, gap, unknown, gaps, rows } = completeness(one);
  const range = { from: one.stretches[0]?.from ?? 0, to: one.stretches.at(-1)?.to ?? 0 };
  return {
    ...subjectJson(one, range),
    completeness: share,
    covered_seconds: covered / second,
    gap_seconds: gap / second,
    unknown_seconds: unknown / second,
    gaps,
    rows,
  };
}

function gapsJson(one: Timeline): NonNullable<Answer['gaps']> {
  return one.stretches.flatMap((stretch) => {
    if (stretch.state !== 'gap') return [];
    const { from, to, cause, writer, detail } = stretch;
    return [{ ...subjectJson(one, stretch), seconds: (to - from) / second, cause, writer, detail }];
  });
}

function subjectJson(
  { exchange, dataset, kind, periodSeconds, symbol }: Timeline,
  range: { from: number; to: number },
) {
  return {
    exchange,
    dataset,
    kind,
    period_seconds: periodSeconds,
    symbol,
    from_time: isoTime(range.from),
    to_time: isoTime(range.to),
  };
}
