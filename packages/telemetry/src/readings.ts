/** What the process's parts say of themselves when the metrics are read. Labels never hold a secret. */

/** How an exchange is reached over REST at present; proxies as `direct` or `scheme://host:port`. */
export interface RouteReadings {
  readonly exchange: string;
  readonly breakers: readonly {
    readonly host: string;
    readonly proxy: string;
    readonly state: 'closed' | 'half_open' | 'open';
  }[];
  /** Which part of a request budget is used, from 0 to 1 and, where the venue counts more than we do, above. */
  readonly budgets: readonly { readonly pool: string; readonly proxy: string; readonly used: number }[];
  readonly proxies: readonly {
    readonly protocol: string;
    readonly proxy: string;
    readonly score: number;
    readonly demoted: boolean;
  }[];
}

/** Counts by what was counted; none where there is nothing to count yet. */
type Counts = Readonly<Record<string, number | undefined>>;

/** One WebSocket session: what it has counted since it was made, and how it fares now. */
export interface SessionReadings {
  readonly exchange: string;
  /** Which of the venue's WebSocket routes it is for; unique for the exchange. */
  readonly route: string;
  /** Those that are open; proxies as `direct` or `scheme://host:port`. */
  readonly connections: readonly { readonly proxy: string }[];
  /** Attempts to connect. */
  readonly attempts: number;
  /** Attempts and connections that failed, by the kind of fault. */
  readonly faults: Counts;
  /** Connections that were lost or replaced, by cause. */
  readonly reconnects: Counts;
  readonly messages: number;
  /** Of messages, unpacked. */
  readonly bytes: number;
  readonly malformed: number;
  readonly unknown: number;
  /** Messages that were received and could not be worked off. */
  readonly handlerErrors: number;
  readonly queue: {
    readonly messages: number;
    /** How long the oldest message waits, in milliseconds. */
    readonly lagMs: number;
  };
}

/** What was recorded of one dataset of one exchange since the process began. */
export interface FeedReadings {
  readonly exchange: string;
  readonly dataset: string;
  readonly rows: number;
  /** Messages of feeds that are read byte by byte, in another shape than they are known to have. */
  readonly unscanned: number;
  /** Gaps by cause. */
  readonly gaps: Counts;
  /** How long ago the last event was received, in seconds; null before the first. */
  readonly lastEventAgeSeconds: number | null;
}

/** What is on its way into the lake, and what has got there since the process began. */
export interface SinkReadings {
  /** Segments that are closed and not in the lake yet. */
  readonly backlog: { readonly segments: number; readonly bytes: number };
  readonly written: { readonly objects: number; readonly bytes: number };
}

/** How the live feeds fare. Counts only ever grow while the process runs. */
export interface StreamReadings {
  readonly sessions: readonly SessionReadings[];
  readonly feeds: readonly FeedReadings[];
  /** Null where nothing is written. */
  readonly sink: SinkReadings | null;
}
