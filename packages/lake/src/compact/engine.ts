import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quoted } from '../query/views.ts';

export interface EngineOptions {
  /** What does not fit into memory goes into files here. */
  readonly folder: string;
  /** Bytes of memory for sorting and grouping. */
  readonly memoryBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** One value of a result: whole numbers of 64 bits and more are bigint. */
export type EngineValue = string | number | bigint | boolean | null;

const interruptEveryMs = 20;

/** DuckDB, in memory, with a bound to it. */
export class Engine {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #signal: AbortSignal | undefined;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, signal: AbortSignal | undefined) {
    this.#instance = instance;
    this.#connection = connection;
    this.#signal = signal;
  }

  static async open({ folder, memoryBytes, signal }: EngineOptions): Promise<Engine> {
    // 70 MB of native code: who does not compact does not load it.
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      memory_limit: `${Math.ceil(memoryBytes / 1e6)}MB`,
    });
    const engine = new Engine(instance, await instance.connect(), signal);
    await engine.run(`SET temp_directory = ${quoted(folder)}`);
    await engine.run("SET TimeZone = 'UTC'");
    return engine;
  }

  /**
   * Runs a statement.
   * @returns the number of rows that it wrote.
   * @throws the signal's reason; DuckDB's own error.
   */
  async run(sql: string): Promise<number> {
    return (await this.#whileWanted(() => this.#connection.run(sql))).rowsChanged;
  }

  /** Runs a query, and gives all of its rows. */
  async rows(sql: string): Promise<EngineValue[][]> {
    const reader = await this.#whileWanted(() => this.#connection.runAndReadAll(sql));
    return reader.getRowsJS() as EngineValue[][];
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** An interrupt that comes before a statement runs is lost, so it is repeated until the statement ends. */
  async #whileWanted<Result>(work: () => Promise<Result>): Promise<Result> {
    const signal = this.#signal;
    signal?.throwIfAborted();
    let interrupts: NodeJS.Timeout | undefined;
    const interrupt = () => {
      interrupts = setInterval(() => this.#connection.interrupt(), interruptEveryMs);
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      clearInterval(interrupts);
    }
  }
}
