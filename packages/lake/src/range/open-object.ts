import { setImmediate } from 'node:timers/promises';
import { type AnyRow, type DatasetName, datasets } from '@feedlake/schema';
import { type FileMetaData, type ParquetQueryFilter, parquetScan } from 'hyparquet';
import type { Lake } from '../lake.ts';
import type { LakeObject } from '../layout.ts';
import { nullsOf, ObjectError, type ObjectFooter } from '../parquet/footer.ts';
import type { ObjectFile } from '../parquet/object-file.ts';
import { compressors, parsers } from '../parquet/parsers.ts';
import { columnsOf, columnsToRead, readRows, rowAt } from '../parquet/read-rows.ts';
import { Source, type TimedRow } from './source.ts';

/** Which rows of objects are wanted. Times in microseconds. */
export interface ObjectRequest {
  readonly dataset: DatasetName;
  /** With `symbol`, `ts_event` and `ts_recv` among them. */
  readonly columns: readonly string[];
  /** Null = all. */
  readonly symbols: ReadonlySet<string> | null;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly signal: AbortSignal;
}

/** Up to this many rows an object is read in one go. */
const fewRows = 10_000;
/** Rows of an object that are sorted in memory at a time. */
const rowsInMemory = 100_000;
/** Rows of one symbol that are read at a time: about a page of a column, of which a part costs as much as all of it. */
const rowsAtOnce = 20_000;
/** Rows that are made of what was read at a time; then other work has its turn. */
const pieceRows = 1024;

/**
 * Opens an object: its wanted rows as one or more sources, of which each is in the order of time. However large the
 * object is, only a bounded part of it is in memory.
 * @throws StoreError when the store can't read it, ObjectError when it is damaged; so do the sources.
 */
export async function openObject(lake: Lake, object: LakeObject, request: ObjectRequest): Promise<Source[]> {
  const { file, parquet, footer } = await lake.open(object);
  const rows = Number(parquet.num_rows);
  const isSorted = nullsOf(parquet, 'ts_event') === 0 && (datasets[request.dataset].order[1] as string) === 'ts_event';
  // Sorted by symbol, then time: one symbol's rows can be read as they stand.
  const sources =
    rows > fewRows && isSorted && request.symbols !== null
      ? [...request.symbols].map((symbol) => new Source(runOf(file, parquet, symbol, request)))
      : [new Source(windowsOf(file, parquet, footer, request))];
  await Promise.all(sources.map((source) => source.fill()));
  return sources;
}

/** The rows of one symbol, as they stand in the object. */
async function* runOf(
  file: ObjectFile,
  parquet: FileMetaData,
  symbol: string,
  { dataset, columns, from, to, signal }: ObjectRequest,
): AsyncGenerator<TimedRow[]> {
  const wanted = columnsOf(dataset, columns);
  const present = new Set(parquet.schema.map(({ name }) => name));
  const read = columnsToRead(wanted, new Set([symbol]), parquet).filter((name) => present.has(name));
  const pruningFilter: ParquetQueryFilter = { symbol: { $in: [symbol] }, ts_event: { $gte: from, $lt: to } };
  const options = { file, metadata: parquet, columns: read, compressors, parsers, geoparquet: false as const };
  const scan = await parquetScan({ ...options, pruningFilter, usePageIndex: true }).catch(blame(file));
  let last = Number.NEGATIVE_INFINITY;
  for (const range of scan.ranges) {
    for (let rowStart = range.rowStart; rowStart < range.rowEnd; rowStart += rowsAtOnce) {
      const rowEnd = Math.min(range.rowEnd, rowStart + rowsAtOnce);
      const data = new Map<string, ArrayLike<unknown>>();
      for (const column of read) {
        signal.throwIfAborted();
        data.set(column, await scan.readColumn({ column, rowStart, rowEnd }).catch(blame(file)));
        await setImmediate();
      }
      let rows: TimedRow[] = [];
      for (let at = 0; at < rowEnd - rowStart; at += 1) {
        const time = Number(data.get('ts_event')?.[at]);
        if (data.get('symbol')?.[at] !== symbol || time < from || time >= to) continue;
        if (time < last) throw new ObjectError(file.key, `the rows of ${symbol} are not in the order of their time`);
        last = time;
        rows.push({ time, row: rowAt(wanted, data, at) });
        if (rows.length < pieceRows) continue;
        yield rows;
        rows = [];
        await setImmediate();
      }
      if (rows.length > 0) yield rows;
    }
  }
}

/**
 * Rows in whatever order the object has them: sorted in memory, and of a large object one window of time after the
 * other, for each of which it is read again.
 */
async function* windowsOf(
  file: ObjectFile,
  parquet: FileMetaData,
  { rows, times }: ObjectFooter,
  { dataset, columns, symbols, signal, ...range }: ObjectRequest,
): AsyncGenerator<TimedRow[]> {
  const from = Math.max(range.from, times?.[0] ?? range.from);
  const to = Math.min(range.to, (times?.[1] ?? range.to) + 1);
  const count = symbols === null ? Math.ceil(rows / rowsInMemory) : 1;
  const width = Math.ceil((to - from) / Math.max(1, count));
  for (let start = from; start < to; start += width) {
    const end = Math.min(to, start + width);
    const found: TimedRow[] = [];
    let looked = 0;
    for await (const row of readRows(file, parquet, { dataset, columns, symbols })) {
      const time = timeOf(row);
      if (time >= start && time < end) found.push({ time, row });
      looked += 1;
      if (looked % pieceRows !== 0) continue;
      signal.throwIfAborted();
      await setImmediate();
    }
    if (found.length > 0) yield found.sort((a, b) => a.time - b.time);
  }
}

/** What orders rows: when it happened, or where that is not known, when it was received. Microseconds. */
export function timeOf(row: AnyRow): number {
  return Number(row.ts_event ?? row.ts_recv);
}

/** What the store can't do is its own fault; all else is that of the object. */
function blame(file: ObjectFile): (error: unknown) => never {
  return (error) => {
    throw error instanceof Error && error.name === 'StoreError' ? error : new ObjectError(file.key, error);
  };
}
