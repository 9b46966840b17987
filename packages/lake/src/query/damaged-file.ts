import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { QueryError } from './query-error.ts';
import { pathSql } from './views.ts';

/** How a file is looked at: its footer first, which is quick, then all of it. */
const looks = ['DESCRIBE', 'EXPLAIN ANALYZE'];

export interface FailureContext {
  readonly connection: DuckDBConnection;
  /** Whether the files are copies of a bucket's objects. */
  readonly areCopies: boolean;
}

/**
 * What an error of DuckDB means. Of a damaged file DuckDB names the path most times. Where it does not, it speaks of an
 * `Invalid Error`, which is what becomes of bytes that make no sense to its Parquet reader, or of corruption: then each
 * file is read by itself until one fails.
 * @param paths The files of the query.
 */
export async function explained(
  error: unknown,
  paths: readonly string[],
  { connection, areCopies }: FailureContext,
): Promise<QueryError> {
  const message = textOf(error);
  const named = isDamage(message) ? paths.find((path) => message.includes(path)) : undefined;
  if (named !== undefined) return damaged(named, message, areCopies);
  if (!/^Invalid Error:|^(?:IO|Serialization|Internal|Invalid Input) Error:.*corrupt/i.test(message))
    return new QueryError(message);
  for (const look of looks) {
    for (const path of paths) {
      const read = `${look} SELECT * FROM read_parquet(${pathSql(path)}, hive_partitioning = false)`;
      const reason = await connection.run(read).then(() => null, textOf);
      if (reason !== null) return damaged(path, reason, areCopies);
    }
  }
  const files = `each of the ${paths.length} files of the lake that it reads can be read by itself`;
  return new QueryError(paths.length === 0 ? message : `${message} (${files})`);
}

/** Whether a message that names a file says that its bytes are wrong, and not, for example, who may read it. */
function isDamage(message: string): boolean {
  return /^Invalid (Input )?Error:|Could not read enough bytes/.test(message);
}

function damaged(path: string, message: string, isCopy: boolean): QueryError {
  // What follows the first line is of our own SQL.
  const [reason = ''] = message.replaceAll(path, basename(path)).split('\n');
  const remedy = isCopy
    ? 'remove this copy and query again; if that does not help, move its object out of the lake'
    : 'move it out of the lake';
  return new QueryError(`${path} can't be read as Parquet (${reason}): ${remedy}`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
