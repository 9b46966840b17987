import { existsSync } from 'node:fs';
import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import { type DatasetName, datasetNames } from '@feedlake/schema';
import type { ObjectFilter } from '../catalog.ts';
import type { Lake } from '../lake.ts';
import { whileListed } from '../store/is-gone.ts';
import { StoreError } from '../store/store-error.ts';
import { localFiles } from './local-files.ts';
import { printable, type QueryValue } from './value.ts';
import { datasetsIn, quoted, viewSql } from './views.ts';

const interruptEveryMs = 20;

/** The filter says which objects are looked at: fewer exchanges and dates are fewer files. */
export interface QueryOptions extends ObjectFilter {
  /** Where objects of a bucket are kept between queries; not needed for a lake in a folder. */
  readonly cacheFolder?: string;
  /** Stops the query. */
  readonly signal?: AbortSignal;
}

/** What a query gave. */
export interface QueryResult {
  /** Names as in the query (`a`, `a:1` where it has a name twice), types as DuckDB calls them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly QueryValue[])[];
}

/** A query is wrong or could not be run; the message is DuckDB's own. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/**
 * Runs one SELECT of DuckDB's SQL over the lake. Each dataset is a view of its name, each fact once; the session's
 * time zone is UTC. Nothing else can be run: a query never writes.
 * @throws QueryError when the SQL is wrong, StoreError when the store fails.
 */
export function query(lake: Lake, sql: string, options: QueryOptions = {}): Promise<QueryResult> {
  return withSession(lake, sql, options, async (_connection, statement) => {
    const reader = await statement.runAndReadAll();
    const types = reader.columnTypes().map(String);
    const columns = reader.deduplicatedColumnNames().map((name, index) => ({ name, type: types[index] ?? '' }));
    const rows = reader.getRows().map((row) => row.map((value, index) => printable(value, types[index] ?? '')));
    return { columns, rows };
  });
}

/**
 * Like {@link query}, with the result in a Parquet file (zstd) at `path`; a file that is there is replaced.
 * @returns the number of rows.
 * @throws QueryError also when the file can't be written.
 */
export function queryToParquet(lake: Lake, sql: string, path: string, options: QueryOptions = {}): Promise<number> {
  return withSession(lake, sql, options, async (connection) => {
    const select = sql.trim().replace(/;$/, '');
    const copy = `COPY (${select}\n) TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`;
    return (await connection.run(copy)).rowsChanged;
  });
}

type Use<Result> = (connection: DuckDBConnection, statement: DuckDBPreparedStatement) => Promise<Result>;

/** Runs a query over the objects that there are; once more where compaction has removed some of them meanwhile. */
async function withSession<Result>(lake: Lake, sql: string, options: QueryOptions, use: Use<Result>): Promise<Result> {
  options.signal?.throwIfAborted();
  if (sql.trim() === '') throw new QueryError('the query is empty');
  return whileListed(async () => {
    const files = await filesFor(lake, sql, options);
    try {
      return await runOver(files, sql, options, use);
    } catch (error) {
      const gone =
        error instanceof QueryError ? [...files.values()].flat().find((path) => !existsSync(path)) : undefined;
      throw gone === undefined
        ? error
        : new StoreError('not_found', gone, 'it was removed while it was queried', error);
    }
  });
}

async function runOver<Result>(
  files: ReadonlyMap<DatasetName, readonly string[]>,
  sql: string,
  options: QueryOptions,
  use: Use<Result>,
): Promise<Result> {
  // 70 MB of native code: who does not query does not load it.
  const { DuckDBInstance, StatementType } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' });
  const connection = await instance.connect();
  // An interrupt that comes before a statement runs is lost, so it is repeated until the session ends.
  let interrupts: NodeJS.Timeout | undefined;
  const interrupt = () => {
    interrupts = setInterval(() => connection.interrupt(), interruptEveryMs);
  };
  options.signal?.addEventListener('abort', interrupt, { once: true });
  try {
    options.signal?.throwIfAborted();
    await connection.run("SET TimeZone = 'UTC'");
    for (const dataset of datasetNames) await connection.run(viewSql(dataset, files.get(dataset) ?? []));
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw new QueryError(`expected one SELECT, found ${statements.count} statements`);
    const statement = await statements.prepare(0);
    if (statement.statementType !== StatementType.SELECT) {
      throw new QueryError('a query over the lake is one SELECT: nothing else is run');
    }
    return await use(connection, statement);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error instanceof QueryError ? error : new QueryError(error instanceof Error ? error.message : String(error));
  } finally {
    options.signal?.removeEventListener('abort', interrupt);
    clearInterval(interrupts);
    connection.closeSync();
    instance.closeSync();
  }
}

/** The files of the datasets that a query mentions. */
async function filesFor(lake: Lake, sql: string, options: QueryOptions): Promise<Map<DatasetName, string[]>> {
  const files = new Map<DatasetName, string[]>();
  for (const dataset of datasetsIn(sql)) {
    files.set(dataset, await localFiles(lake, dataset, options, options.cacheFolder ?? null));
  }
  return files;
}
