import type { DatasetName } from '@feedlake/schema';

/** What an entry of the ledger is about. */
export interface LedgerKey {
  readonly exchange: string;
  readonly dataset: DatasetName;
  /** Null = all symbols of the exchange. */
  readonly symbol: string | null;
  readonly venueSymbol: string | null;
}

/** A gap that is open: since when (µs), and why. */
export interface OpenGap {
  readonly from: number;
  readonly cause: string;
}

/** How one dataset of one instrument fares. Feeds write to it with each message, so it is plain fields. */
export class LedgerEntry {
  readonly key: LedgerKey;
  /** `stream`, or `poll` while it is polled in place of a stream. */
  kind: 'stream' | 'poll' = 'stream';
  /** As the rows have it. */
  source = 'live';
  /** Since when it is owed. */
  owedFrom: number | null = null;
  /** Start of the covered stretch; null while a gap is open, or nothing is owed. */
  from: number | null = null;
  /** Receipt of the last good message. */
  until = 0;
  /** Rows of the covered stretch, and the numbers of the first and the last; NaN where there are none. */
  rows = 0;
  /** Rows since the start. */
  total = 0;
  firstSeq = Number.NaN;
  lastSeq = Number.NaN;
  /** Open gaps by what is missing. */
  readonly gaps = new Map<string, OpenGap>();
  /** What of it is on disk, and what is on its way there. */
  syncedUntil = 0;
  syncedRows = 0;
  markedUntil = 0;
  markedRows = 0;

  constructor(key: LedgerKey) {
    this.key = key;
  }

  /** A covered stretch begins. */
  begin(at: number): void {
    this.from = at;
    this.until = at;
    this.rows = 0;
    this.firstSeq = Number.NaN;
    this.lastSeq = Number.NaN;
  }

  /** A good message has come. */
  message(received: number, rows: number, firstSeq: number, lastSeq: number): void {
    this.until = received;
    this.rows += rows;
    this.total += rows;
    if (Number.isNaN(this.firstSeq)) this.firstSeq = firstSeq;
    this.lastSeq = lastSeq;
  }
}
