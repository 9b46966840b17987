import { larger } from '../typed-array.ts';
import { hasNulls, type Vector, validityOf } from './vector.ts';

/** Decimals as DOUBLEs, and whole numbers and times up to 2^53, which a DOUBLE holds exactly. */
export class NumberVector implements Vector<number> {
  values: Float64Array<ArrayBuffer>;
  valid: Uint8Array<ArrayBuffer> | null;

  constructor(nullable: boolean, capacity: number) {
    this.values = new Float64Array(capacity);
    this.valid = validityOf(nullable, capacity);
  }

  grow(capacity: number): void {
    this.values = larger(this.values, capacity);
    if (this.valid !== null) this.valid = larger(this.valid, capacity);
  }

  set(row: number, value: number): void {
    this.values[row] = value;
    if (this.valid !== null) this.valid[row] = 1;
  }

  setNull(row: number): void {
    this.values[row] = 0;
    if (this.valid !== null) this.valid[row] = 0;
  }

  sortKeys(length: number): Float64Array {
    const { valid } = this;
    if (!hasNulls(valid, length)) return this.values.subarray(0, length);
    return this.values.slice(0, length).map((value, row) => (valid?.[row] === 0 ? Number.POSITIVE_INFINITY : value));
  }

  /** Smallest and largest value of these rows; null when all of them are null. */
  range(rows: Uint32Array): readonly [number, number] | null {
    const { values, valid } = this;
    let smallest = Number.POSITIVE_INFINITY;
    let largest = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] ?? 0;
      if (valid !== null && valid[row] === 0) continue;
      const value = values[row] ?? 0;
      if (value < smallest) smallest = value;
      if (value > largest) largest = value;
    }
    return smallest > largest ? null : [smallest, largest];
  }
}
