import { type FileMetaData, parquetMetadataAsync } from 'hyparquet';
import { symbolsIn, type TimeRange, timeRangeIn } from './metadata.ts';
import type { ObjectFile } from './object-file.ts';
import { parsers } from './parsers.ts';

/** What the footer of an object tells about its rows. */
export interface ObjectFooter {
  readonly rows: number;
  /** Key-value metadata of the file. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Symbols of its rows; null when unknown. */
  readonly symbols: ReadonlySet<string> | null;
  /** Range of the rows' times: `ts_event`, or `ts_recv` where that is null. Null when unknown. */
  readonly times: TimeRange | null;
}

/** An object can't be read as Parquet; the message names it. */
export class ObjectError extends Error {
  override readonly name = 'ObjectError';
  readonly key: string;

  constructor(key: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${key} can't be read as Parquet (${reason}): move it out of the lake`, { cause });
    this.key = key;
  }
}

/**
 * Reads the footer of an object, by the last 64 KiB of it, or more where the footer is longer.
 * @throws StoreError when the store can't read it, ObjectError when it is no Parquet file.
 */
export async function readFooter(file: ObjectFile): Promise<{ footer: ObjectFooter; parquet: FileMetaData }> {
  const parquet = await parseFooter(file);
  const metadata = new Map((parquet.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']));
  const footer = {
    rows: Number(parquet.num_rows),
    metadata,
    symbols: symbolsIn(metadata),
    times: rowTimes(metadata, nullsOf(parquet, 'ts_event')),
  };
  return { footer, parquet };
}

/** Number of nulls of a column by the statistics; null when they don't tell. */
export function nullsOf(parquet: FileMetaData, column: string): number | null {
  let nulls = 0;
  for (const group of parquet.row_groups) {
    const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column)?.meta_data;
    if (chunk?.statistics?.null_count === undefined) return null;
    nulls += Number(chunk.statistics.null_count);
  }
  return nulls;
}

async function parseFooter(file: ObjectFile): Promise<FileMetaData> {
  if (file.byteLength < 12) throw new ObjectError(file.key, 'it is too short');
  const initialFetchSize = 65_536;
  // What the store can't read is not the object's fault, so it is read before it is parsed.
  await file.slice(Math.max(0, file.byteLength - initialFetchSize));
  try {
    return await parquetMetadataAsync(file, { initialFetchSize, parsers, geoparquet: false });
  } catch (error) {
    throw new ObjectError(file.key, error);
  }
}

function rowTimes(metadata: ReadonlyMap<string, string>, untimed: number | null): TimeRange | null {
  const event = timeRangeIn(metadata, 'ts_event');
  const received = timeRangeIn(metadata, 'ts_recv');
  if (received === null) return null;
  if (event === null) return received;
  return untimed === 0 ? event : [Math.min(event[0], received[0]), Math.max(event[1], received[1])];
}
