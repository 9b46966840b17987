import { larger } from '../typed-array.ts';
import { type Vector, validityOf } from './vector.ts';

/** True and false, one byte a row. */
export class FlagVector implements Vector<boolean> {
  values: Uint8Array<ArrayBuffer>;
  valid: Uint8Array<ArrayBuffer> | null;

  constructor(nullable: boolean, capacity: number) {
    this.values = new Uint8Array(capacity);
    this.valid = validityOf(nullable, capacity);
  }

  grow(capacity: number): void {
    this.values = larger(this.values, capacity);
    if (this.valid !== null) this.valid = larger(this.valid, capacity);
  }

  set(row: number, value: boolean): void {
    this.values[row] = value ? 1 : 0;
    if (this.valid !== null) this.valid[row] = 1;
  }

  setNull(row: number): void {
    this.values[row] = 0;
    if (this.valid !== null) this.valid[row] = 0;
  }

  sortKeys(length: number): Float64Array {
    const { valid } = this;
    return Float64Array.from(this.values.subarray(0, length), (value, row) => (valid?.[row] === 0 ? 2 : value));
  }
}
