import type { BookSink } from '../stream/hot.ts';
import { message, nowhere, word } from './message.ts';
import { numberIn, ownSlots, scanDecimal } from './number.ts';

const { bytes, view } = message;

const price = ownSlots;
const size = ownSlots + 1;

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
/** `],["` between two levels, and `]]` behind the last one. */
const nextLevel = word('],["');
const lastLevel = 0x5d5d;

/** Scans one side of a book, `[["price","size"],…]`, and hands over its levels. */
export function scanLevels(at: number, isBid: boolean, sink: BookSink): number {
  if (bytes[at] !== openBracket) return nowhere;
  if (bytes[at + 1] === closeBracket) return at + 2;
  if (bytes[at + 1] !== openBracket || bytes[at + 2] !== quote) return nowhere;
  let next = at + 3;
  for (;;) {
    next = scanDecimal(next, price);
    if (bytes[next] !== comma || bytes[next + 1] !== quote) return nowhere;
    next = scanDecimal(next + 2, size);
    sink.level(isBid, numberIn(price), numberIn(size));
    const end = view.getInt32(next, true);
    if (end !== nextLevel) return (end & 0xffff) === lastLevel ? next + 2 : nowhere;
    next += 4;
  }
}

/** Finds the end of one side of a book: the first `]]`, or `[]`. Its levels are left for later. */
export function skipLevels(at: number): number {
  if (bytes[at] !== openBracket) return nowhere;
  if (bytes[at + 1] === closeBracket) return at + 2;
  let next = at + 1;
  for (let byte = bytes[next] as number; byte !== 0; byte = bytes[next] as number) {
    if (byte !== closeBracket) next += 2;
    else if (bytes[next - 1] === closeBracket) return next + 1;
    else next += 1;
  }
  return nowhere;
}
