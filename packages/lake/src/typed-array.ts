type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** The same numbers in a larger array. */
export function larger<Values extends Numbers>(values: Values, capacity: number): Values {
  const result = new (values.constructor as new (length: number) => Values)(capacity);
  result.set(values);
  return result;
}
