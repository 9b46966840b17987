import type { PolledDataset } from '@feedlake/exchanges';
import type { Failure } from '../failure.ts';
import type { Interval } from '../intervals.ts';
import type { Wanted } from '../selection.ts';

/** A history that is wanted in the lake. */
export interface BackfillRequest extends Interval {
  readonly exchange: string;
  readonly dataset: PolledDataset;
  readonly symbols: Wanted;
  /** Width of the buckets in seconds; ignored where the dataset has none. Null: one hour. */
  readonly periodSeconds: number | null;
}

/**
 * `queued`: nobody began it yet. `running`: begun, and not at its end, whether or not somebody works on it right now.
 * `done`: gone through to the end; what did not come is among the failures. `failed`: it will not go on.
 */
export type BackfillState = 'queued' | 'running' | 'done' | 'failed';

/** How far a backfill is. */
export interface BackfillProgress {
  readonly state: BackfillState;
  /** Stretches of single instruments: those that are done, and all of them as far as known; null before it is. */
  readonly done: number;
  readonly total: number | null;
  /** Rows fetched. */
  readonly fetched: number;
  /** What did not come. */
  readonly failures: readonly Failure[];
}

/** A backfill, and how far it is. Times in microseconds. */
export interface BackfillStatus extends BackfillProgress {
  readonly id: string;
  readonly request: BackfillRequest;
  /** Who took the request. */
  readonly writer: string;
  readonly created: number;
  readonly updated: number;
}
