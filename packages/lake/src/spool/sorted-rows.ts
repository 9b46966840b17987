import { datasets } from '@feedlake/schema';
import { ColumnBatch } from '../parquet/column-batch.ts';
import { encodeSteps, stepRows } from '../parquet/encode.ts';
import { metadataOf } from '../parquet/metadata.ts';
import { sortOrder } from '../parquet/sort-order.ts';
import { rowsByDate } from './rows-by-date.ts';
import type { SegmentPart } from './segment-part.ts';

/** Columns that metadata is made of. */
const described = ['symbol', 'ts_event', 'ts_recv'];

/**
 * The rows of a part in the order of objects. Of all of them, memory holds the columns that they are sorted by; the others
 * are spelled out a step at a time, while an object is encoded.
 */
export class SortedRows {
  readonly part: SegmentPart;
  /** Numbers of the rows by date, those of a date in the order of objects. */
  readonly byDate: readonly (readonly [date: string, order: Uint32Array])[];
  /** What they are sorted and described by. */
  readonly #keys: ColumnBatch;
  /** Rows of a step, as they lie in the segment. */
  readonly #step: ColumnBatch;
  /** By number of a row of the step: its place there. */
  readonly #places: Uint32Array;

  constructor(part: SegmentPart) {
    this.part = part;
    this.#keys = part.all(new Set([...datasets[part.dataset].order, ...described]));
    this.byDate = rowsByDate(this.#keys, sortOrder(this.#keys));
    this.#step = new ColumnBatch(part.dataset, Math.min(part.count, stepRows));
    this.#places = new Uint32Array(part.count);
  }

  /**
   * Encodes rows as an object, see {@link encodeSteps}.
   * @param order Numbers of the rows, in the order wanted.
   */
  encode(order: Uint32Array, writer: string): Promise<Uint8Array> {
    const metadata = metadataOf(this.#keys, order, { exchange: this.part.exchange, writer });
    return encodeSteps(this.#step, this.#steps(order), order.length, metadata);
  }

  *#steps(order: Uint32Array): Generator<Uint32Array> {
    const places = this.#places;
    for (let start = 0; start < order.length; start += stepRows) {
      const wanted = order.subarray(start, start + stepRows);
      const ascending = wanted.slice().sort();
      for (let place = 0; place < ascending.length; place += 1) places[ascending[place] ?? 0] = place;
      this.#step.clear();
      this.part.addTo(this.#step, ascending);
      yield wanted.map((row) => places[row] ?? 0);
    }
  }
}
