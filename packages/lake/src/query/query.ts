import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import type { DatasetName } from '@feedlake/schema';
import type { ObjectFilter } from '../catalog.ts';
import type { Lake } from '../lake.ts';
import { whileListed } from '../store/is-gone.ts';
import { localFiles } from './local-files.ts';
import { QueryError } from './query-error.ts';
import { QuerySession } from './session.ts';
import { printable, type QueryValue } from './value.ts';
import { datasetsIn, quoted } from './views.ts';

/** The filter says which objects are looked at: fewer exchanges and dates are fewer files. */
export interface QueryOptions extends ObjectFilter {
  /** Where objects of a bucket are kept between queries; not needed for a lake in a folder. */
  readonly cacheFolder?: string;
  /**
   * Where what does not fit into memory goes meanwhile: a folder in one that exists. Default: `.tmp` in the working
   * directory, as DuckDB has it.
   */
  readonly spillFolder?: string;
  /** Stops the query. */
  readonly signal?: AbortSignal;
  /** Told which datasets the query mentions, where the lake has nothing of any of them. */
  readonly onNothing?: (datasets: readonly DatasetName[]) => void | Promise<void>;
}

/** Its name as in the query (`a`, `a:1` where it has a name twice), its type as DuckDB calls it. */
export interface QueryColumn {
  readonly name: string;
  readonly type: string;
}

export type QueryRow = readonly QueryValue[];

/** What a query gave. */
export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly QueryRow[];
}

/** What a query gives, while it runs. */
export interface QueryStream {
  readonly columns: readonly QueryColumn[];
  /** Some thousand rows at a time, each once, worked out about a megabyte ahead. To be gone through once. */
  readonly batches: AsyncIterable<readonly QueryRow[]>;
}

/**
 * Runs one SELECT of DuckDB's SQL over the lake, and holds no more of its result than a batch. Each dataset is a view of
 * its name, each fact once; the session's time zone is UTC. Nothing else can be run: a query never writes.
 *
 * Where compaction removes files before the first row is there, the query is run anew; later that is a StoreError.
 * @param use Is called once, and the query ends with it, whether it took all rows or not.
 * @returns what `use` gives.
 * @throws QueryError when the SQL is wrong or a file is damaged, StoreError when the store fails; both also out of
 * `batches`, in the middle of the rows.
 */
export async function queryRows<Result>(
  lake: Lake,
  sql: string,
  options: QueryOptions,
  use: (stream: QueryStream) => Promise<Result>,
): Promise<Result> {
  const started = await whileListed(() => start(lake, sql, options));
  return finish(started, use);
}

/**
 * Like {@link queryRows}, with all rows at once: for results that are small.
 * @throws QueryError, StoreError
 */
export function query(lake: Lake, sql: string, options: QueryOptions = {}): Promise<QueryResult> {
  return whileListed(async () => {
    const started = await start(lake, sql, options);
    return finish(started, async ({ columns, batches }) => {
      const rows: QueryRow[] = [];
      for await (const batch of batches) rows.push(...batch);
      return { columns, rows };
    });
  });
}

/**
 * Like {@link query}, with the result in a Parquet file (zstd) at `path`; a file that is there is replaced. Where the
 * query fails, what is there is no whole file.
 * @returns the number of rows.
 * @throws QueryError also when the file can't be written.
 */
export function queryToParquet(lake: Lake, sql: string, path: string, options: QueryOptions = {}): Promise<number> {
  return whileListed(async () => {
    const session = await open(lake, sql, options);
    try {
      await session.prepare();
      const select = sql.trim().replace(/;$/, '');
      return await session.run(`COPY (${select}\n) TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`);
    } finally {
      await session.close();
    }
  });
}

/** A query whose first rows are there. */
interface Started {
  readonly session: QuerySession;
  readonly result: DuckDBResult;
  readonly first: DuckDBDataChunk | null;
}

async function start(lake: Lake, sql: string, options: QueryOptions): Promise<Started> {
  const session = await open(lake, sql, options);
  try {
    const result = await session.stream(await session.prepare());
    return { session, result, first: await session.next(result) };
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function finish<Result>(
  { session, result, first }: Started,
  use: (stream: QueryStream) => Promise<Result>,
): Promise<Result> {
  try {
    const types = result.columnTypes().map(String);
    const columns = result.deduplicatedColumnNames().map((name, index) => ({ name, type: types[index] ?? '' }));
    return await use({ columns, batches: batches(session, result, first, types) });
  } finally {
    await session.close();
  }
}

async function* batches(
  session: QuerySession,
  result: DuckDBResult,
  first: DuckDBDataChunk | null,
  types: readonly string[],
): AsyncGenerator<QueryRow[]> {
  for (let chunk = first; chunk !== null; chunk = await session.next(result)) {
    const columns = types.map((type, index) => chunk.getColumnValues(index).map((value) => printable(value, type)));
    yield Array.from({ length: chunk.rowCount }, (_, row) => columns.map((values) => values[row] ?? null));
  }
}

/** A session over the objects that there are now. */
async function open(lake: Lake, sql: string, options: QueryOptions): Promise<QuerySession> {
  const { signal, cacheFolder = null, spillFolder, onNothing } = options;
  signal?.throwIfAborted();
  if (sql.trim() === '') throw new QueryError('the query is empty');
  const files = new Map<DatasetName, string[]>();
  for (const dataset of datasetsIn(sql)) files.set(dataset, await localFiles(lake, dataset, options, cacheFolder));
  if (files.size > 0 && [...files.values()].every(({ length }) => length === 0)) await onNothing?.([...files.keys()]);
  return QuerySession.open(sql, { files, areCopies: lake.store.localPath === undefined, spillFolder, signal });
}
