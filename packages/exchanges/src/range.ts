/** The first whole millisecond of a range that starts, inclusively, at a time in microseconds. */
export function firstMs(from: number): number {
  return Math.ceil(from / 1000);
}

/** The last whole millisecond of a range that ends, exclusively, at a time in microseconds. */
export function lastMs(to: number): number {
  return Math.ceil(to / 1000) - 1;
}
