import { day, parseIsoTime } from '@feedlake/schema';
import * as z from 'zod';

/** Fields that several operations have. */

const longestName = 64;
const dateOnly = /^\d{4}-\d{2}-\d{2}$/;
/** What the lake's dates can be: four digits of a year, and microseconds that are exact. */
const years = { first: parseIsoTime('1970-01-01') ?? 0, last: parseIsoTime('2200-01-01') ?? 0 };

/** A time in ISO 8601, as microseconds. */
function isoText(description: string) {
  return z
    .string()
    .max(40)
    .meta({
      description: `${description}: ISO 8601 date or timestamp, UTC where it names no zone`,
      example: '2026-10-01T08:00:00Z',
    });
}

/** A time of day and the digits of a zone: in the query of an address, `+` is a space. */
const lostPlus = /:\d{2}(?:[.,]\d+)? \d{2}(?::?\d{2})?$/;

function micros(text: string, context: z.RefinementCtx): number {
  const time = parseIsoTime(text);
  if (time !== null && time >= years.first && time < years.last) return time;
  const message = lostPlus.test(text)
    ? 'not a time; in an address `+` stands for a space: write `%2B`, as in 2026-10-01T10:00:00%2B02:00'
    : 'not a time; write 2026-10-01, 2026-10-01T08:00:00Z or 2026-10-01T10:00:00-02:00';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** Whether a range (µs, `to` exclusive) is one that {@link fromField} and {@link toField} can give. */
export function isServedRange(from: number, to: number): boolean {
  return from >= years.first && from < to && to < years.last + day;
}

/** Start of a range, inclusive. */
export const fromField = (description: string) => isoText(description).transform(micros);

/** End of a range, exclusive; a bare date includes that whole day. */
export const toField = (description: string) =>
  isoText(`${description}. Exclusive; a bare date includes that whole day`).transform((text, context) => {
    const time = micros(text, context);
    return dateOnly.test(text) ? time + day : time;
  });

/** Id of an exchange. */
export const exchangeField = () =>
  z
    .string()
    .regex(/^[a-z0-9]+(?:[_-][a-z0-9]+)*$/, 'the id of an exchange, lower case')
    .max(longestName)
    .meta({ description: 'Exchange id', example: 'binance' });

/** A symbol in any form that the command line accepts. */
export const symbolName = () =>
  z
    .string()
    .min(1)
    .max(longestName)
    .regex(/^[^\s\p{C},]+$/u, 'a symbol such as BTC-USDT-PERP')
    .meta({
      description: 'A symbol: `BTC-USDT-PERP`, `BTCUSDT-PERP`, `BTC/USDT:USDT` or the exchange’s own name',
      example: 'BTC-USDT-PERP',
    });

/** How many at most. */
export const limitField = (most: number, usual: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, `a whole number from 1 to ${most}`)
    .transform(Number)
    .refine((limit) => limit <= most, `at most ${most}`)
    .meta({ type: 'integer', minimum: 1, maximum: most, description: `So many at most. Default: ${usual}` });

/** `true` or `false` as text. */
export const flagField = (description: string) =>
  z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description })
    .transform((text) => text === 'true');
