/**
 * Growing typed columns. A value is set at a row; rows are set in ascending order, and setting a row again (after a
 * row that was given up half-way) replaces it.
 */
export interface Vector<Value> {
  /** One byte a row, 1 where there is a value; null for a column that has one in every row. */
  readonly valid: Uint8Array<ArrayBuffer> | null;
  grow(capacity: number): void;
  set(row: number, value: Value): void;
  setNull(row: number): void;
  /**
   * Numbers that sort the rows as their values do, nulls last.
   * @param length Rows in use.
   */
  sortKeys(length: number): Float64Array;
  /** Puts the first rows of another column of this kind at a row and those after it. */
  copy(source: this, rows: number, at: number): void;
  /** A new column with the rows in the given order. */
  take(order: Uint32Array): Vector<Value>;
}

/** One byte a row for a nullable column, nothing for a required one. */
export function validityOf(nullable: boolean, capacity: number): Uint8Array<ArrayBuffer> | null {
  return nullable ? new Uint8Array(capacity) : null;
}

/** Bytes in the order of the given rows. */
export function taken(bytes: Uint8Array, order: Uint32Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(order.length);
  for (let row = 0; row < order.length; row += 1) result[row] = bytes[order[row] ?? 0] ?? 0;
  return result;
}
