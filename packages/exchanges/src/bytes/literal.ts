import { byteAt, nowhere, wordAt } from './message.ts';

/** Place of a text that is known in advance, see {@link literal}. */
export type Literal = number;

/**
 * All literals, one after the other: length in bytes, number of whole words, those words, then what is left behind them
 * and the bits of a word that it takes. They share one table that never moves, for the reason that messages do.
 */
const table = new Int32Array(1 << 12);
let used = 0;

/** Prepares an ASCII text to be compared four bytes at a time. To be called when a module is loaded. */
export function literal(text: string): Literal {
  const { length } = text;
  const count = length >> 2;
  const padded = Buffer.from(text.padEnd(length + 4, '\0'), 'latin1');
  const start = used;
  used += count + 4;
  if (used > table.length) throw new RangeError('no more room for literals');
  table[start] = length;
  table[start + 1] = count;
  for (let index = 0; index <= count; index += 1) table[start + 2 + index] = padded.readInt32LE(4 * index);
  table[start + count + 3] = 2 ** (8 * (length & 3)) - 1;
  return start;
}

/** Scans a text known in advance. */
export function scanLiteral(at: number, text: Literal): number {
  let next = at;
  let entry = text + 2;
  const end = entry + (table[text + 1] as number);
  for (; entry < end; entry += 1) {
    if (wordAt(next) !== table[entry]) return nowhere;
    next += 4;
  }
  return (wordAt(next) & (table[end + 1] as number)) === table[end] ? at + (table[text] as number) : nowhere;
}

const quote = 0x22;

/** Scans a JSON text that is these ASCII bytes. */
export function scanName(at: number, name: Uint8Array): number {
  if (byteAt(at) !== quote) return nowhere;
  const start = at + 1;
  for (let index = 0; index < name.length; index += 1) {
    if (byteAt(start + index) !== name[index]) return nowhere;
  }
  const end = start + name.length;
  return byteAt(end) === quote ? end + 1 : nowhere;
}
