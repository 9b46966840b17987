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
  /** Puts the first rows of another column of this kind at a row and those after it; where it may have nulls, so may this. */
  copy(source: this, rows: number, at: number): void;
}

/** One byte a row for a nullable column, nothing for a required one. */
export function validityOf(nullable: boolean, capacity: number): Uint8Array<ArrayBuffer> | null {
  return nullable ? new Uint8Array(capacity) : null;
}

/** Puts the validity of another column's first rows at a row of this one and those after it. */
export function copyValidity(
  { valid }: { readonly valid: Uint8Array | null },
  source: { readonly valid: Uint8Array | null },
  rows: number,
  at: number,
): void {
  if (source.valid === null) valid?.fill(1, at, at + rows);
  else valid?.set(source.valid.subarray(0, rows), at);
}

/** Whether one of the first rows of a column is null. */
export function hasNulls(valid: Uint8Array | null, length: number): boolean {
  return valid?.subarray(0, length).includes(0) === true;
}
