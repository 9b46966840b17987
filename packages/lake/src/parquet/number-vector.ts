import { larger } from '../typed-array.ts';
import { taken, type Vector, validityOf } from './vector.ts';

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
    const keys = this.values.slice(0, length);
    if (this.valid !== null) {
      for (let row = 0; row < length; row += 1) if (this.valid[row] === 0) keys[row] = Number.POSITIVE_INFINITY;
    }
    return keys;
  }

  copy({ values, valid }: NumberVector, rows: number, at: number): void {
    this.values.set(values.subarray(0, rows), at);
    if (this.valid !== null && valid !== null) this.valid.set(valid.subarray(0, rows), at);
  }

  take(order: Uint32Array): NumberVector {
    const result = new NumberVector(false, order.length);
    for (let row = 0; row < order.length; row += 1) result.values[row] = this.values[order[row] ?? 0] ?? 0;
    if (this.valid !== null) result.valid = taken(this.valid, order);
    return result;
  }

  /** Smallest and largest value of these rows; null when all of them are null. */
  range(rows: Uint32Array): readonly [number, number] | null {
    let smallest = Number.POSITIVE_INFINITY;
    let largest = Number.NEGATIVE_INFINITY;
    for (const row of rows) {
      if (this.valid !== null && this.valid[row] === 0) continue;
      const value = this.values[row] ?? 0;
      if (value < smallest) smallest = value;
      if (value > largest) largest = value;
    }
    return smallest > largest ? null : [smallest, largest];
  }
}
