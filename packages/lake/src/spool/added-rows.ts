import type { ColumnBatch } from '../parquet/column-batch.ts';
import { DictionaryVector } from '../parquet/dictionary-vector.ts';
import { FlagVector } from '../parquet/flag-vector.ts';
import { NumberVector } from '../parquet/number-vector.ts';
import { TextVector } from '../parquet/text-vector.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Rows that are added to a batch at once, column by column: row by row, `places` says where among the values a row's is.
 * Columns that the batch does not have are left out.
 */
export class AddedRows {
  readonly #batch: ColumnBatch;
  readonly #first: number;
  readonly #end: number;

  constructor(batch: ColumnBatch, rows: number) {
    this.#batch = batch;
    this.#first = batch.extend(rows);
    this.#end = batch.rows;
  }

  /** NaN = null. */
  numbers(name: string, values: Float64Array, places: Uint32Array): void {
    const vector = this.#column(name, NumberVector);
    if (vector === null) return;
    const target = vector.values;
    const first = this.#first;
    for (let index = 0; index < places.length; index += 1) target[first + index] = values[places[index] ?? 0] ?? 0;
    if (vector.valid === null) return;
    vector.valid.fill(1, first, this.#end);
    for (let row = first; row < this.#end; row += 1) if (Number.isNaN(target[row])) vector.setNull(row);
  }

  /** @param bit The one that counts. */
  flags(name: string, values: Uint8Array, bit: number, places: Uint32Array): void {
    const vector = this.#column(name, FlagVector);
    if (vector === null) return;
    const target = vector.values;
    const first = this.#first;
    vector.valid?.fill(1, first, this.#end);
    for (let index = 0; index < places.length; index += 1) {
      target[first + index] = ((values[places[index] ?? 0] ?? 0) & bit) === 0 ? 0 : 1;
    }
  }

  /** @param texts What the values stand for. */
  texts(name: string, texts: Vocabulary, values: Uint32Array | Uint8Array, places: Uint32Array): void {
    const vector = this.#column(name, DictionaryVector);
    if (vector === null) return;
    const numbers = texts.numbersIn(vector);
    const target = vector.codes;
    const first = this.#first;
    for (let index = 0; index < places.length; index += 1) {
      target[first + index] = numbers[values[places[index] ?? 0] ?? 0] ?? 0;
    }
    vector.valid?.fill(1, first, this.#end);
  }

  /** The same text in all rows. */
  same(name: string, text: string): void {
    const vector = this.#column(name, DictionaryVector);
    vector?.codes.fill(vector.numberOf(text), this.#first, this.#end);
  }

  /**
   * Whole numbers as texts.
   * @param textAt The text at a place that has NaN; absent = null.
   */
  ids(name: string, values: Float64Array, places: Uint32Array, textAt?: (place: number) => string): void {
    const vector = this.#column(name, TextVector);
    if (vector === null) return;
    const first = this.#first;
    for (let index = 0; index < places.length; index += 1) {
      const place = places[index] ?? 0;
      const id = values[place] ?? Number.NaN;
      if (!Number.isNaN(id)) vector.setWhole(first + index, id);
      else if (textAt !== undefined) vector.set(first + index, textAt(place));
      else vector.setNull(first + index);
    }
  }

  /** Texts, one after the other, and where each begins. */
  copies(name: string, offsets: Uint32Array, bytes: Uint8Array, places: Uint32Array): void {
    const vector = this.#column(name, TextVector);
    if (vector === null) return;
    const first = this.#first;
    for (let index = 0; index < places.length; index += 1) {
      const place = places[index] ?? 0;
      vector.setBytes(first + index, bytes, offsets[place] ?? 0, offsets[place + 1] ?? 0);
    }
  }

  /** Null where a value is not valid; to be called after the values were added. */
  nulls(name: string, valid: Uint8Array, places: Uint32Array): void {
    const vector = this.#batch.find(name)?.vector;
    const first = this.#first;
    for (let index = 0; index < places.length; index += 1) {
      if (valid[places[index] ?? 0] === 0) vector?.setNull(first + index);
    }
  }

  /** Null in all rows. */
  nothing(name: string): void {
    const vector = this.#batch.find(name)?.vector;
    for (let row = this.#first; row < this.#end; row += 1) vector?.setNull(row);
  }

  #column<Vector>(name: string, kind: abstract new (...args: never[]) => Vector): Vector | null {
    const vector = this.#batch.find(name)?.vector;
    if (vector === undefined) return null;
    if (!(vector instanceof kind)) throw new TypeError(`${this.#batch.dataset}: ${name} is no ${kind.name}`);
    return vector;
  }
}
