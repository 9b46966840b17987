import { type DatasetName, isoTime, parseIsoTime, schemaVersion } from '@feedlake/schema';
import type { ColumnBatch } from './column-batch.ts';
import { DictionaryVector } from './dictionary-vector.ts';
import { NumberVector } from './number-vector.ts';

/**
 * What an object's own metadata tells: key-value pairs in the Parquet footer, all of them texts.
 * `feedlake.symbols` is a JSON array; `feedlake.time_range` a JSON object of column → [first, last], ISO 8601.
 */
export const metadataKey = {
  schemaVersion: 'feedlake.schema_version',
  dataset: 'feedlake.dataset',
  exchange: 'feedlake.exchange',
  writer: 'feedlake.writer',
  rows: 'feedlake.rows',
  timeRange: 'feedlake.time_range',
  symbols: 'feedlake.symbols',
  /** The compaction that wrote it: its commit says which objects it replaces. */
  compaction: 'feedlake.compaction',
  /** How many objects that compaction replaces. */
  replaces: 'feedlake.replaces',
} as const;

/** First and last time of something, inclusive, in microseconds. */
export type TimeRange = readonly [first: number, last: number];

/** Key-value metadata of an object with these rows of the batch. */
export function metadataOf(
  batch: ColumnBatch,
  rows: Uint32Array,
  origin: { exchange: string; writer: string; more?: Readonly<Record<string, string>> },
): Map<string, string> {
  const range = (name: string) => {
    const { vector } = batch.column(name);
    return vector instanceof NumberVector ? vector.range(rows) : null;
  };
  const symbols = batch.column('symbol').vector;
  return describe({
    ...origin,
    dataset: batch.dataset,
    rows: rows.length,
    times: { ts_event: range('ts_event'), ts_recv: range('ts_recv') },
    symbols: symbols instanceof DictionaryVector ? symbols.distinct(rows) : [],
  });
}

/** What the metadata of an object is made of. */
export interface Description {
  readonly dataset: DatasetName;
  readonly exchange: string;
  readonly writer: string;
  readonly rows: number;
  /** Null = no row has such a time. */
  readonly times: Readonly<Record<'ts_event' | 'ts_recv', TimeRange | null>>;
  readonly symbols: readonly string[];
  readonly more?: Readonly<Record<string, string>>;
}

/** Key-value metadata of an object. */
export function describe(description: Description): Map<string, string> {
  const { dataset, exchange, writer, rows, times, symbols, more = {} } = description;
  const ranges = { ts_event: times.ts_event?.map(isoTime) ?? null, ts_recv: times.ts_recv?.map(isoTime) ?? null };
  return new Map([
    [metadataKey.schemaVersion, String(schemaVersion)],
    [metadataKey.dataset, dataset],
    [metadataKey.exchange, exchange],
    [metadataKey.writer, writer],
    [metadataKey.rows, String(rows)],
    [metadataKey.timeRange, JSON.stringify(ranges)],
    [metadataKey.symbols, JSON.stringify(symbols)],
    ...Object.entries(more),
  ]);
}

/** Reads `feedlake.symbols`; null where an object does not tell. Rows without a symbol are not in it. */
export function symbolsIn(metadata: ReadonlyMap<string, string>): ReadonlySet<string> | null {
  const value = parsed(metadata.get(metadataKey.symbols));
  return Array.isArray(value) ? new Set(value.map(String)) : null;
}

/** Reads the range of a time column from `feedlake.time_range`; null where an object does not tell. */
export function timeRangeIn(metadata: ReadonlyMap<string, string>, column: 'ts_event' | 'ts_recv'): TimeRange | null {
  const ranges = parsed(metadata.get(metadataKey.timeRange));
  if (typeof ranges !== 'object' || ranges === null) return null;
  const range = (ranges as Record<string, unknown>)[column];
  if (!Array.isArray(range)) return null;
  const [first, last] = range.map((time) => parseIsoTime(String(time)));
  return typeof first === 'number' && typeof last === 'number' ? [first, last] : null;
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? null : JSON.parse(json);
  } catch {
    return null;
  }
}
