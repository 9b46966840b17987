import type { RangeQuery } from '@feedlake/lake';
import { isoTime } from '@feedlake/schema';
import type { Context } from 'hono';
import * as z from 'zod';
import type { ApiEnvironment, StreamEnd } from '../http/environment.ts';
import { negotiate } from '../http/negotiate.ts';
import { ProblemError } from '../http/problem.ts';
import { problems, usualProblems } from '../openapi/problems.ts';
import { rowSchema } from '../openapi/row-schema.ts';
import { writeCursor } from '../rows/cursor.ts';
import { encodeRows, type RowType, rowTypes } from '../rows/encode.ts';
import { type Page, readPage } from '../rows/page.ts';
import { type Question, questionOf, rowsQuery } from '../rows/question.ts';
import { rowStream } from '../rows/row-stream.ts';
import { type ServedDataset, servedDatasets } from '../rows/served.ts';
import { serve } from './serve.ts';
import { enter, type Routes, signalOf } from './shared.ts';

/** So long an answer may take in all, in milliseconds: a client that reads slowly keeps others from their turn. */
const usualLongestAnswerMs = 600_000;

/** `GET /v1/open-interest`, `funding-rates`, `liquidations`, `trades` and `candles`. */
export function rowRoutes(routes: Routes): void {
  for (const served of servedDatasets) rowRoute(routes, served);
}

function rowRoute(routes: Routes, served: ServedDataset): void {
  serve(
    routes,
    {
      method: 'get',
      path: `/v1/${served.path}`,
      tag: 'rows',
      summary: `Rows of ${served.dataset}`,
      access: ['read'],
      request: () => ({ query: rowsQuery(served, routes.options.settings) }),
      responses: () => ({
        200: {
          description: 'Rows in the order of time and natural key, each fact once',
          headers: { link: 'The rest, with `rel="next"`; absent where there is none' },
          content: {
            'application/json': answerSchema(served),
            'application/x-ndjson': z.string(),
            'text/csv': z.string(),
            'application/vnd.apache.arrow.stream': z.string().meta({ format: 'binary' }),
          },
        },
        ...problems(...usualProblems, 406),
      }),
    },
    async (context, { query }) => {
      const type = negotiate(context.req.header('accept'), rowTypes);
      if (type === null) {
        const errors = [{ field: 'header.accept', message: `offered are ${rowTypes.join(', ')}` }];
        throw new ProblemError('not-acceptable', { errors });
      }
      const question = await questionOf(routes, served, query, type === 'application/json');
      return answerWith(routes, context, served, question, type);
    },
  );
}

function answerSchema({ dataset }: ServedDataset) {
  const title = dataset.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return z.object({
    dataset: z.string(),
    exchange: z.string(),
    symbols: z.array(z.string()).nullable().meta({ description: 'As the rows have them; null: all' }),
    from: z.string().meta({ format: 'date-time' }),
    to: z.string().meta({ format: 'date-time', description: 'Exclusive' }),
    notices: z.array(z.string()).meta({
      description: 'What is worth knowing: which other symbol was taken, and which the lake does not know',
    }),
    next: z.string().nullable().meta({ description: '`cursor` of the rest; null where there is none' }),
    rows: z.array(rowSchema(dataset, title)),
  });
}

async function answerWith(
  routes: Routes,
  context: Context<ApiEnvironment>,
  served: ServedDataset,
  question: Question,
  type: RowType,
): Promise<Response> {
  const { lake, logger, breakOff, longestAnswerMs = usualLongestAnswerMs } = routes.options;
  const { dataset, part: column } = served;
  const { exchange, symbols, part, from, to, position, limit, notices } = question;
  const end = new AbortController();
  const client = signalOf(routes, context.req.raw);
  const signal = AbortSignal.any([client, end.signal, AbortSignal.timeout(longestAnswerMs)]);
  const where = column === null || part === undefined ? undefined : { column, value: part };
  const query: RangeQuery = { dataset, exchange, symbols, from, to, where, after: position, signal };
  const leave = await enter(routes.reads, signal);
  let page: Page;
  let next: string | null;
  let headers: Record<string, string>;
  try {
    page = await readPage(lake, query, limit);
    next = page.end === null ? null : writeCursor(dataset, { ...question, position: page.end });
    headers = headersOf(context, type, next, served, question);
  } catch (error) {
    leave();
    throw error;
  }
  if (context.req.method === 'HEAD') {
    leave();
    return new Response(null, { headers });
  }
  const ended = Promise.withResolvers<StreamEnd>();
  context.set('ended', ended.promise);
  const head = { dataset, exchange, symbols, from, to, notices, next };
  const body = rowStream({
    pieces: page.pieces,
    encode: (pieces) => encodeRows(type, head, pieces),
    abort: (reason) => end.abort(reason),
    breakOff: breakOff === undefined ? undefined : () => breakOff(context),
    patienceMs: routes.patienceMs,
    isInTheWay: () => routes.reads.isWanted,
    onEnd: (how, error) => {
      leave();
      if (how.outcome === 'failed' && routes.options.signal?.aborted !== true)
        logger.error({ request_id: context.get('requestId'), error }, 'an answer broke off');
      ended.resolve(how);
    },
  });
  signal.addEventListener('abort', leave, { once: true });
  return new Response(body, { headers });
}

function headersOf(
  context: Context,
  type: RowType,
  next: string | null,
  { part: column }: ServedDataset,
  { exchange, asked, part, from, to, limit, notices }: Question,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': type === 'text/csv' ? `${type}; charset=utf-8` : type,
    vary: 'accept',
  };
  if (next !== null) {
    const parameters = new URLSearchParams({ exchange });
    if (asked !== null) parameters.set('symbol', asked);
    if (column !== null && part !== undefined) parameters.set(column, String(part ?? 'none'));
    parameters.set('from', isoTime(from));
    parameters.set('to', isoTime(to));
    parameters.set('limit', String(limit));
    parameters.set('cursor', next);
    headers.link = `<${context.req.path}?${parameters}>; rel="next"`;
  }
  if (notices.length > 0) headers['feedlake-notice'] = notices.join('; ').replaceAll(/[^\x20-\x7e]/g, '?');
  return headers;
}
