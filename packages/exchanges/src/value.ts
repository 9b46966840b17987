import { fromEpoch, isDecimal, parseIsoTime, plainDecimal } from '@feedlake/schema';

/** Readers of values in parsed JSON. All of them take anything and give null for what is absent: `null`, "" or missing. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, or null when it is none. */
export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** The value as an array, or null when it is none. */
export function arrayOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

/** An entry of a table of our own by a name that a venue sent; inherited ones, such as `constructor`, are none. */
export function entryOf<Value>(table: Readonly<Record<string, Value>>, name: unknown): Value | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** One or many: the elements of an array, else the value alone. */
export function manyOf(value: unknown): readonly unknown[] {
  return arrayOf(value) ?? [value];
}

/**
 * A number, a name or an id as text: a text as it is, a JSON number by its digits. A text that is no number stays as
 * it is, for the schema to reject.
 */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value !== 'number') return null;
  const text = String(value);
  return text.includes('e') ? plainDecimal(text) : text;
}

/** A whole number from a number or its text, or null. */
export function integerOf(value: unknown): number | null {
  const number = typeof value === 'string' && isDecimal(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : null;
}

/** Microseconds from a number, or its text, in some unit of `unitMicros` microseconds. Null when absent or 0. */
export function timeOf(value: unknown, unitMicros: number): number | null {
  const number = integerOf(value);
  return number === null || number === 0 ? null : number * unitMicros;
}

/** Microseconds from a venue's milliseconds. Null when absent or 0. */
export function msTime(value: unknown): number | null {
  return timeOf(value, 1000);
}

/**
 * Microseconds from a time whose unit a venue does not keep to: told apart by size, or an ISO 8601 text (UTC where it
 * names no zone). Null when absent or out of range.
 */
export function anyTime(value: unknown): number | null {
  if (typeof value === 'string' && value.includes('-')) return parseIsoTime(value);
  const number = integerOf(value);
  return number === null ? null : fromEpoch(number);
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of an interval text such as `5m`, `5min`, `1h` or `1d`; null for months, which have no fixed width. */
export function intervalSeconds(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  const parts = /^(\d+)(s|m|min|h|d|w)$/.exec(text);
  const unit = units[(parts?.[2] ?? '').charAt(0)];
  return parts === null || unit === undefined ? null : Number(parts[1]) * unit;
}
