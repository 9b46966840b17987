import type { Lake } from '@feedlake/lake';
import type { HealthStatus, Logger } from '@feedlake/telemetry';
import type { Context } from 'hono';
import type { TokenEntry } from './access/token-book.ts';
import type { ApiExchange } from './exchanges.ts';
import type { Backfills, Snapshots } from './work.ts';

/** The settings of the API: the section `api`. */
export interface ApiSettings {
  readonly tokens: readonly TokenEntry[];
  readonly cors_origins: readonly string[];
  /** Requests a minute. */
  readonly rate_limit: { readonly per_token: number; readonly per_address: number };
  readonly concurrent_reads: number;
  readonly most_rows: number;
  /** A duration, `366d`. */
  readonly longest_range: string;
}

/** The figures of the process, in the text format of Prometheus. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

/** All that an API works with. */
export interface ApiOptions {
  readonly settings: ApiSettings;
  readonly lake: Lake;
  readonly exchanges: readonly ApiExchange[];
  /** Takes snapshots; null where that is not offered (501). */
  readonly snapshots: Snapshots | null;
  /** Fetches histories; null where that is not offered (501). */
  readonly backfills: Backfills | null;
  /** How the process fares; by default well, as it answers. */
  readonly health?: () => HealthStatus | Promise<HealthStatus>;
  /** Null where there are none (501). */
  readonly metrics: MetricsText | null;
  readonly logger: Logger;
  /** Whose request it is, for the limits and the log: an IP address. */
  readonly addressOf: (context: Context) => string;
  /**
   * Breaks off the connection of an answer that can't go on, so that what was sent does not look whole. Without it the body
   * ends with an error, and whoever sends it has to see to that.
   */
  readonly breakOff?: (context: Context) => void;
  readonly version: string;
  /** So long an answer with rows may take in all, in milliseconds. Default: 10 minutes. */
  readonly longestAnswerMs?: number;
  /**
   * So long a request waits for its turn to read, and so long an answer with rows that nobody takes keeps others waiting, in
   * milliseconds. Default: 15 seconds.
   */
  readonly patienceMs?: number;
  /** Ends every answer. */
  readonly signal?: AbortSignal;
  /** Microseconds. */
  readonly now?: () => number;
  /** The files of the docs page by name; by default those of swagger-ui-dist. Null: there is no such file. */
  readonly docsFile?: (name: string) => Promise<Uint8Array<ArrayBuffer> | null>;
}
