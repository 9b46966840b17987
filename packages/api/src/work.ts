/**
 * What the API has done by others. Plain data in and out, so that whoever does it may be in another thread.
 */

/** Something that did not come, and why. */
export interface WorkFailure {
  readonly exchange: string;
  readonly symbol: string | null;
  readonly message: string;
  readonly kind: string;
}

/** What there are snapshots of. */
export const snapshotDatasets = ['open_interest', 'funding_rates', 'instruments'] as const;

/** A snapshot that is wanted now. */
export interface SnapshotRequest {
  readonly dataset: (typeof snapshotDatasets)[number];
  readonly exchange: string;
  /** Null: those of the settings. */
  readonly symbols: 'all' | readonly string[] | null;
  /**
   * `false`: as taken by hand, whatever there is already. `true`: for the slot of the schedule that lasts at present, unless
   * it was taken before.
   */
  readonly scheduled: boolean;
}

/** What came of a snapshot. */
export interface SnapshotTaken {
  /** `known`: the slot was taken before. `unscheduled`: no schedule of the settings has it. */
  readonly outcome: 'taken' | 'known' | 'unscheduled';
  /** The slot, or when it was taken, in microseconds. */
  readonly time: number;
  /** Rows that were stored now. */
  readonly rows: number;
  readonly objects: readonly { readonly key: string; readonly rows: number }[];
  readonly failures: readonly WorkFailure[];
  /** Why rows were turned down. */
  readonly rejected: readonly string[];
  readonly notices: readonly string[];
}

/** Whoever takes snapshots for the API. */
export interface Snapshots {
  /** @throws an error with the name `StoreError` when the lake can't be written to. */
  take(request: SnapshotRequest): Promise<SnapshotTaken>;
}

/** A history that is wanted in the lake. Times in microseconds. */
export interface BackfillWanted {
  readonly exchange: string;
  readonly dataset: 'open_interest' | 'funding_rates';
  readonly symbols: 'all' | readonly string[];
  readonly from: number;
  readonly to: number;
  readonly periodSeconds: number | null;
}

/** How far a backfill is. Times in microseconds. */
export interface BackfillProgress {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  readonly request: BackfillWanted;
  readonly created: number;
  readonly updated: number;
  readonly done: number;
  /** Null before it is known. */
  readonly total: number | null;
  readonly fetched: number;
  readonly failures: readonly WorkFailure[];
}

/** Whoever fetches histories for the API. */
export interface Backfills {
  /** @throws an error with the name `StoreError` when it can't be kept. */
  create(request: BackfillWanted): Promise<BackfillProgress>;
  /** Null where there is none of that id. @throws an error with the name `StoreError` when it can't be read. */
  status(id: string): Promise<BackfillProgress | null>;
  /** So many of those that were asked for last, newest first. @throws an error with the name `StoreError` when they can't be read. */
  newest(most: number): Promise<readonly BackfillProgress[]>;
}
