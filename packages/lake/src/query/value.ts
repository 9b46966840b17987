import type { DuckDBValue } from '@duckdb/node-api';
import { decimalOfDouble, isoTime } from '@feedlake/schema';

/** A value of a query's result, ready to be printed: exact numbers and times are texts. */
export type QueryValue = string | number | boolean | null;

const floatingPoint = new Set(['DOUBLE', 'FLOAT']);
/** What an ISO date of four digits can express, in microseconds. */
const lastIsoTime = 253_402_300_800_000_000n;
const firstIsoTime = -62_135_596_800_000_000n;

/**
 * A value of DuckDB as it is printed: DOUBLE and DECIMAL as plain decimal texts, whole numbers as numbers (beyond 2^53
 * as texts), timestamps in ISO 8601 UTC with microseconds, everything nested in DuckDB's own notation.
 * @param type DuckDB's name of the column's type.
 */
export function printable(value: DuckDBValue, type: string): QueryValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    return floatingPoint.has(type) && Number.isFinite(value) ? decimalOfDouble(value) : finiteOrText(value);
  }
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (type.startsWith('TIMESTAMP') && 'micros' in value && typeof value.micros === 'bigint') {
    const { micros } = value;
    return micros >= firstIsoTime && micros < lastIsoTime ? isoTime(Number(micros)) : String(value);
  }
  return String(value);
}

function finiteOrText(value: number): QueryValue {
  return Number.isFinite(value) ? value : String(value);
}
