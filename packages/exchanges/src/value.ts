import { fromEpoch, isDecimal, parseIsoTime } from '@feedlake/schema';

/** Readers of values in parsed JSON. All of them take anything and give null for what is absent: `null`, "" or missing. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, or null when it is none. */
export function object(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** The value as an array, or null when it is none. */
export function array(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

/** A decimal as text: from a text as it is, from a JSON number its digits. A text that is no number stays, to be rejected. */
export function decimalText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
}

/** A text or a number as text: names and ids. */
export function textOf(value: unknown): string | null {
  return decimalText(value);
}

/** A whole number from a number or its text, or null. */
export function integerOf(value: unknown): number | null {
  const number = typeof value === 'string' && isDecimal(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : null;
}

/**
 * A time in microseconds from whatever a venue writes: a number or text of seconds, milliseconds, microseconds or
 * nanoseconds, or an ISO 8601 text (UTC where it names no zone). Null when absent, 0 or out of range.
 */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value === '') return null;
  return isDecimal(value) ? fromEpoch(Number(value)) : parseIsoTime(value);
}
