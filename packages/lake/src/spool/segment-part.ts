import type { DatasetName } from '@feedlake/schema';
import { ColumnBatch } from '../parquet/column-batch.ts';
import { DictionaryVector } from '../parquet/dictionary-vector.ts';
import { NumberVector } from '../parquet/number-vector.ts';
import type { Frame } from './frame.ts';
import { type FrameRows, frameRows } from './frame-rows.ts';

/**
 * The rows of one dataset and exchange in a segment, numbered in the order they came. A frame holds a row in a fifth of the
 * memory that it takes in a batch, so rows are added to batches as they are wanted.
 */
export class SegmentPart {
  readonly dataset: DatasetName;
  readonly exchange: string;
  /** Its writer had crashed: they are what the next run of it had to add. */
  readonly recovered: boolean;
  readonly count: number;
  readonly #frames: readonly FrameRows[];
  /** The number of each frame's first row, and one more than that of the last row of all. */
  readonly #starts: Uint32Array;

  constructor(origin: Pick<SegmentPart, 'dataset' | 'exchange' | 'recovered'>, frames: readonly Frame[]) {
    this.dataset = origin.dataset;
    this.exchange = origin.exchange;
    this.recovered = origin.recovered;
    this.#frames = frames.map(frameRows);
    this.#starts = new Uint32Array(frames.length + 1);
    let count = 0;
    for (const [index, frame] of this.#frames.entries()) {
      count += frame.count;
      this.#starts[index + 1] = count;
    }
    this.count = count;
  }

  /** All of the rows. @param columns The columns that are wanted; absent = all. */
  all(columns?: ReadonlySet<string>): ColumnBatch {
    const batch = new ColumnBatch(this.dataset, this.count, columns);
    for (const frame of this.#frames) frame.addTo(batch, upTo(frame.count));
    return batch;
  }

  /** Of each symbol (null = none), how many rows there are and when the last of them was received (µs). */
  receivedBySymbol(): Map<string | null, { readonly last: number; readonly rows: number }> {
    const batch = this.all(new Set(['symbol', 'ts_recv']));
    const symbol = batch.column('symbol').vector;
    const received = batch.column('ts_recv').vector;
    const found = new Map<string | null, { last: number; rows: number }>();
    if (!(symbol instanceof DictionaryVector) || !(received instanceof NumberVector)) return found;
    for (let row = 0; row < batch.rows; row += 1) {
      const name = symbol.valid?.[row] === 0 ? null : (symbol.texts[symbol.codes[row] ?? 0] ?? null);
      const known = found.get(name);
      const time = received.values[row] ?? 0;
      if (known === undefined) found.set(name, { last: time, rows: 1 });
      else {
        known.last = Math.max(known.last, time);
        known.rows += 1;
      }
    }
    return found;
  }

  /** Adds rows to a batch of the dataset. @param rows Their numbers, ascending. */
  addTo(batch: ColumnBatch, rows: Uint32Array): void {
    let frame = 0;
    for (let at = 0; at < rows.length; ) {
      while ((this.#starts[frame + 1] ?? 0) <= (rows[at] ?? 0)) frame += 1;
      const start = this.#starts[frame] ?? 0;
      const end = this.#starts[frame + 1] ?? 0;
      let stop = at + 1;
      while (stop < rows.length && (rows[stop] ?? 0) < end) stop += 1;
      this.#frames[frame]?.addTo(
        batch,
        rows.subarray(at, stop).map((row) => row - start),
      );
      at = stop;
    }
  }
}

function upTo(count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let number = 0; number < count; number += 1) numbers[number] = number;
  return numbers;
}
