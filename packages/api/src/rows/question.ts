import { milliseconds } from '@feedlake/config';
import { day, isoTime } from '@feedlake/schema';
import * as z from 'zod';
import { adapterOf } from '../exchanges.ts';
import { fieldProblem } from '../http/problem.ts';
import { exchangeField, fromField, isServedRange, limitField, symbolName, toField } from '../openapi/fields.ts';
import type { ApiSettings } from '../options.ts';
import { exchangeOf, type Routes } from '../routes/shared.ts';
import { type Cursor, readCursor } from './cursor.ts';
import type { PartColumn, ServedDataset } from './served.ts';
import { askedSymbols } from './symbols.ts';

const mostSymbols = 20;
/** Of a cursor: it holds symbols. */
const longestCursor = 8192;
const usualRows = 1000;

const seconds = /^[1-9]\d{0,6}$/;

/** Values of the columns that rows are told apart by. */
const parts = {
  period_seconds: () =>
    z
      .string()
      .regex(new RegExp(`${seconds.source}|^none$`), 'a width of buckets in seconds such as 3600, or none')
      .transform((text) => (text === 'none' ? null : Number(text)))
      .meta({
        type: 'string',
        description: 'Only a history with buckets of this width in seconds, or `none`: only snapshots. Default: both',
        example: '3600',
      }),
  kind: () =>
    z.enum(['settled', 'running']).meta({ description: 'Only rates that were charged, or estimates. Default: both' }),
  interval_seconds: () =>
    z.string().regex(seconds, 'a width of candles in seconds such as 60').transform(Number).meta({
      type: 'integer',
      minimum: 1,
      maximum: 9_999_999,
      description: 'Only candles of this width in seconds. Default: all',
      example: 60,
    }),
} satisfies Record<PartColumn, () => z.ZodType>;

/** The parameters of a request for rows. */
export function rowsQuery({ needsSymbol, part }: ServedDataset, { most_rows }: ApiSettings) {
  const symbol = z
    .string()
    .transform((text) => text.split(',').filter((name) => name !== ''))
    .pipe(z.array(symbolName()).min(1, 'names none').max(mostSymbols, `names more than ${mostSymbols}`))
    .meta({
      type: 'string',
      description: `Symbols apart by comma, at most ${mostSymbols}, in any form: \`BTC-USDT-PERP\`, \`BTCUSDT-PERP\`, \`BTC/USDT:USDT\`, the exchange’s own name${needsSymbol ? '' : '. Default: all'}`,
      example: 'BTC-USDT-PERP',
    });
  return z.strictObject({
    exchange: exchangeField(),
    symbol: needsSymbol ? symbol : symbol.optional(),
    ...(part !== null && { [part]: parts[part]().optional() }),
    from: fromField('Start of the range, inclusive; default: a day before its end').optional(),
    to: toField('End of the range; default: now').optional(),
    limit: limitField(
      most_rows,
      `${Math.min(usualRows, most_rows)} as JSON, ${most_rows} in the other formats`,
    ).optional(),
    cursor: z
      .string()
      .min(1)
      .max(longestCursor)
      .optional()
      .meta({ description: 'Where an earlier answer ended: its `next`' }),
  });
}

/** The query of a request for rows, validated field by field. */
export type RowsQuery = z.output<ReturnType<typeof rowsQuery>> & {
  readonly [Column in PartColumn]?: z.output<ReturnType<(typeof parts)[Column]>> | undefined;
};

/** A request for rows, understood. */
export interface Question extends Omit<Cursor, 'position'> {
  readonly position: Cursor['position'] | null;
  readonly limit: number;
  readonly notices: readonly string[];
}

/**
 * What a request for rows asks for.
 * @throws ProblemError that names the field that is wrong; StoreError, ObjectError when the lake can't be read.
 */
export async function questionOf(
  routes: Routes,
  { dataset, part: column }: ServedDataset,
  query: RowsQuery,
  isJson: boolean,
): Promise<Question> {
  const { options, now } = routes;
  const { most_rows, longest_range } = options.settings;
  const exchange = exchangeOf(routes, 'query.exchange', query.exchange);
  const limit = query.limit ?? (isJson ? Math.min(usualRows, most_rows) : most_rows);
  const asked = query.symbol === undefined ? null : query.symbol.join(',');
  const part = column === null ? undefined : query[column];
  const longest = milliseconds(longest_range) * 1000;
  if (query.cursor !== undefined) {
    const cursor = readCursor(dataset, query.cursor);
    const isSame =
      cursor !== null &&
      cursor.exchange === exchange.id &&
      cursor.asked === asked &&
      cursor.part === part &&
      (query.from ?? cursor.from) === cursor.from &&
      (query.to ?? cursor.to) === cursor.to &&
      isWithinLimits(cursor, longest);
    if (!isSame)
      throw fieldProblem('query.cursor', 'not a cursor of this request: leave the other parameters as they were');
    return { ...cursor, limit, notices: [] };
  }
  const to = query.to ?? now();
  const from = query.from ?? to - day;
  if (from >= to) throw fieldProblem('query.from', `not before the end of the range, ${isoTime(to)}`);
  if (to - from > longest) throw fieldProblem('query.from', `the range is longer than ${longest_range}`);
  const common = { exchange: exchange.id, asked, part, from, to, position: null, limit };
  if (query.symbol === undefined) return { ...common, symbols: null, notices: [] };
  const found = await askedSymbols(options.lake, dataset, exchange.id, adapterOf(exchange), query.symbol, to);
  return { ...common, ...found };
}

/**
 * Whether a cursor asks for nothing that a request without one may not: nobody signs cursors, so anybody can make them.
 * @param longest Microseconds.
 */
function isWithinLimits({ asked, symbols, from, to, position }: Cursor, longest: number): boolean {
  if (!isServedRange(from, to) || to - from > longest) return false;
  if (position.time < from || position.time >= to) return false;
  if (symbols === null || asked === null) return symbols === asked;
  return symbols.length > 0 && symbols.length <= mostSymbols;
}
