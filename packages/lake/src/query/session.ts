import { existsSync } from 'node:fs';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api';
import { type DatasetName, datasetNames } from '@feedlake/schema';
import { StoreError } from '../store/store-error.ts';
import { explained } from './damaged-file.ts';
import { QueryError } from './query-error.ts';
import { quoted, viewSql } from './views.ts';

const interruptEveryMs = 20;

export interface SessionOptions {
  /** Paths on this machine, of the datasets that the query mentions. */
  readonly files: ReadonlyMap<DatasetName, readonly string[]>;
  /** Whether they are copies of a bucket's objects. */
  readonly areCopies: boolean;
  /** Where what does not fit into memory goes. */
  readonly spillFolder: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** One query in a DuckDB of its own, until it is closed. What it throws is a QueryError, a StoreError or the signal's reason. */
export class QuerySession {
  readonly #sql: string;
  readonly #options: SessionOptions;
  readonly #close: () => void;
  readonly #connection: DuckDBConnection;
  #isStreaming = false;
  // An interrupt that comes before a statement runs is lost, so it is repeated until the session ends.
  #interrupts: NodeJS.Timeout | undefined;
  readonly #interrupt = () => {
    this.#interrupts = setInterval(() => this.#connection.interrupt(), interruptEveryMs);
  };

  private constructor(sql: string, options: SessionOptions, connection: DuckDBConnection, close: () => void) {
    this.#sql = sql;
    this.#options = options;
    this.#connection = connection;
    this.#close = close;
    options.signal?.addEventListener('abort', this.#interrupt, { once: true });
  }

  static async open(sql: string, options: SessionOptions): Promise<QuerySession> {
    options.signal?.throwIfAborted();
    // 70 MB of native code: who does not query does not load it.
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' });
    const connection = await instance.connect();
    return new QuerySession(sql, options, connection, () => {
      connection.closeSync();
      instance.closeSync();
    });
  }

  /**
   * Makes the views, and prepares the query.
   * @throws QueryError also when it is no SELECT.
   */
  prepare(): Promise<DuckDBPreparedStatement> {
    return this.#attempt(async (connection) => {
      const { StatementType } = await import('@duckdb/node-api');
      await connection.run("SET TimeZone = 'UTC'");
      const { files, spillFolder } = this.#options;
      if (spillFolder !== undefined) await connection.run(`SET temp_directory = ${quoted(spillFolder)}`);
      for (const dataset of datasetNames) await connection.run(viewSql(dataset, files.get(dataset) ?? []));
      const statements = await connection.extractStatements(this.#sql);
      if (statements.count !== 1) throw new QueryError(`expected one SELECT, found ${statements.count} statements`);
      const statement = await statements.prepare(0);
      if (statement.statementType !== StatementType.SELECT) {
        throw new QueryError('a query over the lake is one SELECT: nothing else is run');
      }
      return statement;
    });
  }

  /** Runs a statement to its end, and gives the number of rows that it wrote. */
  async run(sql: string): Promise<number> {
    return (await this.#attempt((connection) => connection.run(sql))).rowsChanged;
  }

  /** Runs the prepared query as far as the first of its rows. */
  stream(statement: DuckDBPreparedStatement): Promise<DuckDBResult> {
    this.#isStreaming = true;
    return this.#attempt(() => statement.stream());
  }

  /** The next rows of the result, null at its end. */
  next(result: DuckDBResult): Promise<DuckDBDataChunk | null> {
    return this.#attempt(async (connection) => {
      const chunk = await result.fetchChunk();
      if (chunk !== null && chunk.rowCount > 0) return chunk;
      this.#isStreaming = false;
      // A result that fails half-way ends as a whole one does, and keeps its error to itself. Its type tells that it
      // has one; the same again, without rows, says which.
      const { ResultReturnType } = await import('@duckdb/node-api');
      if (result.returnType !== ResultReturnType.INVALID) return null;
      await connection.run(`EXPLAIN ANALYZE ${this.#sql}`);
      throw new QueryError('the query failed half-way, DuckDB does not say why: run it again');
    });
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#interrupt);
    clearInterval(this.#interrupts);
    // A result keeps files and threads until it is collected as garbage, unless another statement takes its place.
    if (this.#isStreaming) await this.#connection.run('SELECT 1').catch(() => undefined);
    this.#close();
  }

  /** Does something with DuckDB, and says what its errors mean. */
  async #attempt<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
    const { signal, files, areCopies } = this.#options;
    signal?.throwIfAborted();
    try {
      const result = await work(this.#connection);
      // What was ready when it was ended is given to nobody.
      signal?.throwIfAborted();
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof QueryError) throw error;
      const paths = [...files.values()].flat();
      const gone = paths.find((path) => !existsSync(path));
      if (gone !== undefined) {
        throw new StoreError('not_found', gone, 'it was removed while it was queried: query again', error);
      }
      const why = await explained(error, paths, { areCopies, connection: this.#connection });
      signal?.throwIfAborted();
      throw why;
    }
  }
}
