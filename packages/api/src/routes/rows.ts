import type { RangeQuery } from '@feedlake/lake';
import { isoTime } from '@feedlake/schema';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiEnvironment, StreamEnd } from '../http/environment.ts';
import { negotiate } from '../http/negotiate.ts';
import { ProblemError } from '../http/problem.ts';
import { security } from '../openapi/document.ts';
import { problems, usualProblems } from '../openapi/problems.ts';
import { rowSchema } from '../openapi/row-schema.ts';
import { writeCursor } from '../rows/cursor.ts';
import { encodeRows, type RowType, rowTypes } from '../rows/encode.ts';
import { type Page, readPage } from '../rows/page.ts';
import { type Question, questionOf, rowsQuery } from '../rows/question.ts';
import { rowStream } from '../rows/row-stream.ts';
import { type ServedDataset, servedDatasets } from '../rows/served.ts';
import { enter, type Routes, signalOf } from './shared.ts';

/** So long an answer may take in all, in milliseconds: a client that reads slowly keeps others from their turn. */
const usualLongestAnswerMs = 600_000;

/** `GET /v1/open-interest`, `funding-rates`, `liquidations`, `trades` and `candles`. */
export function rowRoutes(routes: Routes): void {
  for (const served of servedDatasets) rowRoute(routes, served);
}

function rowRoute(routes: Routes, served: ServedDataset): void {
  const { app, guard, options } = routes;
  const title = served.dataset.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  const row = rowSchema(served.dataset, title);
  const answer = z.object({
    dataset: z.string(),
    exchange: z.string(),
    symbols: z.array(z.string()).nullable().openapi({ description: 'As the rows have them; null: all' }),
    from: z.string().openapi({ format: 'date-time' }),
    to: z.string().openapi({ format: 'date-time', description: 'Exclusive' }),
    notices: z.array(z.string()).openapi({
      description: 'What is worth knowing: which other symbol was taken, and which the lake does not know',
    }),
    next: z.string().nullable().openapi({ description: '`cursor` of the rest; null where there is none' }),
    rows: z.array(row),
  });
  const route = createRoute({
    method: 'get',
    path: `/v1/${served.path}`,
    tags: ['rows'],
    summary: `Rows of ${served.dataset}`,
    security,
    middleware: [guard.allows('read')],
    request: { query: rowsQuery(served, options.settings) },
    responses: {
      200: {
        description: 'Rows in the order of time and natural key, each fact once',
        headers: {
          link: {
            schema: { type: 'string' as const },
            description: 'The rest, with `rel="next"`; absent where there is none',
          },
        },
        content: {
          'application/json': { schema: answer },
          'application/x-ndjson': { schema: z.string() },
          'text/csv': { schema: z.string() },
          'application/vnd.apache.arrow.stream': { schema: z.string().openapi({ format: 'binary' }) },
        },
      },
      ...problems(...usualProblems, 406),
    },
  });
  app.openapi(route, async (context): Promise<Response> => {
    const type = negotiate(context.req.header('accept'), rowTypes);
    if (type === null) {
      const errors = [{ field: 'header.accept', message: `offered are ${rowTypes.join(', ')}` }];
      throw new ProblemError('not-acceptable', { errors });
    }
    const question = await questionOf(routes, served, context.req.valid('query'), type === 'application/json');
    return answerWith(routes, context, served, question, type);
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
  try {
    page = await readPage(lake, query, limit);
  } catch (error) {
    leave();
    throw error;
  }
  const next = page.end === null ? null : writeCursor(dataset, { ...question, position: page.end });
  const headers = headersOf(context, type, next, served, question);
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
    onEnd: (how, error) => {
      leave();
      if (how.outcome === 'failed')
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
