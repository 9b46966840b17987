import { copyBytes } from '../typed-array.ts';
import type { DictionaryVector } from './dictionary-vector.ts';
import type { TextVector } from './text-vector.ts';

/**
 * Values of columns as Arrow lays them out, rows in the order given by their numbers. Each is an ArrayBuffer of its own:
 * apache-arrow writes columns that share one wrongly.
 */

/** What Arrow wants to know of nulls. */
export function nullsOf(valid: Uint8Array | null, order: Uint32Array): { nullCount: number; nullBitmap?: Uint8Array } {
  if (valid === null) return { nullCount: 0 };
  let nullCount = 0;
  for (let row = 0; row < order.length; row += 1) nullCount += valid[order[row] ?? 0] === 0 ? 1 : 0;
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bitmap(valid, order) };
}

/** One bit a row, lowest first. */
export function bitmap(flags: Uint8Array, order: Uint32Array): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(Math.ceil(order.length / 8));
  for (let row = 0; row < order.length; row += 1) {
    if (flags[order[row] ?? 0] === 1) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return bits;
}

export function decimals(values: Float64Array, order: Uint32Array): Float64Array<ArrayBuffer> {
  const result = new Float64Array(order.length);
  for (let row = 0; row < order.length; row += 1) result[row] = values[order[row] ?? 0] ?? 0;
  return result;
}

const wordSize = 2 ** 32;

/** DOUBLEs that hold whole numbers as INT64, by their two little-endian halves: ten times faster than by bigints. */
export function wholeNumbers(values: Float64Array, order: Uint32Array): BigInt64Array<ArrayBuffer> {
  const words = new Int32Array(order.length * 2);
  for (let row = 0; row < order.length; row += 1) {
    const value = values[order[row] ?? 0] ?? 0;
    const high = Math.floor(value / wordSize);
    words[2 * row] = value - high * wordSize;
    words[2 * row + 1] = high;
  }
  return new BigInt64Array(words.buffer);
}

/** Texts, one after the other, and where each begins. */
export function texts({ bytes, offsets }: TextVector, order: Uint32Array) {
  const valueOffsets = new Int32Array(order.length + 1);
  let end = 0;
  for (let row = 0; row < order.length; row += 1) {
    const from = order[row] ?? 0;
    end += (offsets[from + 1] ?? 0) - (offsets[from] ?? 0);
    valueOffsets[row + 1] = end;
  }
  const data = new Uint8Array(end);
  let to = 0;
  for (let row = 0; row < order.length; row += 1) {
    const from = order[row] ?? 0;
    const start = offsets[from] ?? 0;
    const stop = offsets[from + 1] ?? 0;
    copyBytes(bytes, start, stop, data, to);
    to += stop - start;
  }
  return { valueOffsets, data };
}

/** The texts of a dictionary, spelled out for each row. Sorted rows repeat a text many times: it is copied in runs. */
export function spelledOut({ codes, valid, texts: few }: DictionaryVector, order: Uint32Array) {
  // A null is spelled as nothing.
  const encoded = [...few, ''].map((text) => Buffer.from(text));
  const spelled = new Uint32Array(order.length);
  let length = 0;
  for (let row = 0; row < order.length; row += 1) {
    const from = order[row] ?? 0;
    const code = valid !== null && valid[from] === 0 ? few.length : (codes[from] ?? 0);
    spelled[row] = code;
    length += encoded[code]?.length ?? 0;
  }
  const valueOffsets = new Int32Array(order.length + 1);
  const data = new Uint8Array(length);
  let end = 0;
  for (let row = 0; row < order.length; ) {
    const code = spelled[row] ?? 0;
    const text = encoded[code] ?? new Uint8Array();
    const start = end;
    do {
      end += text.length;
      row += 1;
      valueOffsets[row] = end;
    } while (row < order.length && spelled[row] === code);
    repeat(text, data, start, end);
  }
  return { valueOffsets, data };
}

/** Fills a range with the same bytes again and again. */
function repeat(bytes: Uint8Array, data: Uint8Array, start: number, end: number): void {
  for (let at = 0; at < bytes.length; at += 1) data[start + at] = bytes[at] ?? 0;
  for (let filled = bytes.length; filled < end - start; filled *= 2) {
    data.copyWithin(start + filled, start, start + Math.min(filled, end - start - filled));
  }
}
