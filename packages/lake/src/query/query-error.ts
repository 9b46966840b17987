/** A query is wrong or could not be run, or a file can't be read: the message is DuckDB's own, or names the file. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}
