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
}

/** One byte a row for a nullable column, nothing for a required one. */
export function validityOf(nullable: boolean, capacity: number): Uint8Array<ArrayBuffer> | null {
  return nullable ? new Uint8Array(capacity) : null;
}

/** Whether one of the first rows of a column is null. */
export function hasNulls(valid: Uint8Array | null, length: number): boolean {
  return valid?.subarray(0, length).includes(0) === true;
}
