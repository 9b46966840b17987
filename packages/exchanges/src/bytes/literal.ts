import { message, nowhere } from './message.ts';

const { view } = message;

/** A text that is known in advance: where its entry begins in the table of all of them. */
export type Literal = number;

/**
 * An entry is the text's length, its number of whole words of four bytes, those words, the bytes left over, and the bits
 * of a word that they take.
 */
const table = new Int32Array(1 << 11);
let used = 0;

/** Prepares an ASCII text for {@link scanLiteral}: something for constants of a module, as entries stay for good. */
export function literal(text: string): Literal {
  const { length } = text;
  const count = length >> 2;
  const padded = Buffer.from(text.padEnd(length + 4, '\0'), 'latin1');
  const entry = used;
  used += count + 4;
  if (used > table.length) throw new RangeError('the table of literals is full');
  table[entry] = length;
  table[entry + 1] = count;
  for (let index = 0; index <= count; index += 1) table[entry + 2 + index] = padded.readInt32LE(4 * index);
  table[entry + 3 + count] = 2 ** (8 * (length & 3)) - 1;
  return entry;
}

/** Scans a text that is known in advance. */
export function scanLiteral(at: number, literal: Literal): number {
  const rest = literal + 2 + (table[literal + 1] as number);
  let next = at;
  for (let word = literal + 2; word < rest; word += 1) {
    if (view.getInt32(next, true) !== table[word]) return nowhere;
    next += 4;
  }
  if ((view.getInt32(next, true) & (table[rest + 1] as number)) !== table[rest]) return nowhere;
  return at + (table[literal] as number);
}
