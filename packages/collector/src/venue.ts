import type { HistoryQuery, NotOffered, PolledDataset, Reference } from '@feedlake/exchanges';
import type { RowBuffer } from './row-buffer.ts';

/** Called after every page with what has come so far. */
export type PageListener = (page: { rows: number }) => void;

/** What a venue offers of the present state of a dataset. */
export interface SnapshotOffer {
  /** Instruments must be named; without it, no names means everything that the venue lists. */
  readonly needsNames: boolean;
  /** How many parts may be under way at once; null = all of them, what bounds their requests lies deeper. */
  readonly atOnce: number | null;
  /** The independent parts of which a snapshot of these instruments, by the venue's own names, consists. */
  parts(names: readonly string[] | null): SnapshotPart[];
}

/** An independent part of a snapshot. */
export interface SnapshotPart {
  /** The venue's own name of the instrument that it is about; null = several. */
  readonly symbol: string | null;
  /**
   * Fetches it into the buffer. What came before a failure stays there.
   * @throws VenueError when a request failed for good; the signal's reason.
   */
  fetch(buffer: RowBuffer, signal: AbortSignal, onPage?: PageListener): Promise<void>;
}

/** What a venue offers of the past of a dataset. */
export interface HistoryOffer {
  /** Bucket widths on offer, in seconds; null where rows are events. */
  readonly periods: readonly number[] | null;
  /** How far back the venue keeps it, in seconds; null = to the listing, or not known. */
  readonly horizonSeconds: number | null;
  /**
   * Fetches a stretch into the buffer, perhaps with rows from around it. What came before a failure stays there.
   * @throws VenueError when a request failed for good; NotOfferedError when the venue does not go back as far; the
   * signal's reason.
   */
  fetch(query: HistoryQuery, buffer: RowBuffer, signal: AbortSignal, onPage?: PageListener): Promise<void>;
}

/** One exchange as the collector works with it, whoever speaks its language: an adapter of ours, or ccxt. */
export interface Venue {
  /** Exchange id that the rows carry. */
  readonly id: string;
  /** What it has told about its instruments so far. */
  readonly reference: Reference;
  /**
   * Lists instruments into the buffer and remembers them as reference. `wanted` (null = all) may save requests where
   * the venue lists them in parts.
   * @throws VenueError when the venue can't be asked; the signal's reason.
   */
  instruments(wanted: readonly string[] | null, buffer: RowBuffer, signal: AbortSignal): Promise<void>;
  /** The unified symbol that the venue's own name stands for, listed or not; null when the name does not tell. */
  symbolOf(venueSymbol: string): string | null;
  snapshot(dataset: PolledDataset): Promise<SnapshotOffer | NotOffered>;
  history(dataset: PolledDataset): Promise<HistoryOffer | NotOffered>;
  /** Requests sent so far, retries included. */
  requests(): number;
  /** Ends what is under way and closes all connections. */
  close(): Promise<void>;
}
