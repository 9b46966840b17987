/** A column of numbers. */
export type Numbers =
  | Float64Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** The same numbers in a larger array. */
export function larger<Values extends Numbers>(values: Values, capacity: number): Values {
  const result = new (values.constructor as new (length: number) => Values)(capacity);
  result.set(values);
  return result;
}

/** Up to here, copying bytes one by one is faster than a call. */
const shortBytes = 48;

/** Copies a part of some bytes to a place in others. */
export function copyBytes(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
  if (to - from > shortBytes) {
    target.set(source.subarray(from, to), at);
    return;
  }
  for (let place = from, end = at; place < to; place += 1, end += 1) target[end] = source[place] ?? 0;
}
