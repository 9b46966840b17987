import type { BookSink } from '../stream/hot.ts';
import { message, nowhere } from './message.ts';
import { numberIn, ownSlots, scanDecimal } from './number.ts';

const { bytes } = message;

const price = ownSlots;
const size = ownSlots + 1;

const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

/** Scans one side of a book, `[["price","size"],…]`, and hands over its levels. */
export function scanLevels(at: number, isBid: boolean, sink: BookSink): number {
  if (bytes[at] !== openBracket) return nowhere;
  if (bytes[at + 1] !== openBracket) return bytes[at + 1] === closeBracket ? at + 2 : nowhere;
  let next = at + 2;
  for (;;) {
    next = scanDecimal(next, price);
    if (bytes[next] !== comma) return nowhere;
    next = scanDecimal(next + 1, size);
    sink.level(isBid, numberIn(price), numberIn(size));
    if (bytes[next] !== closeBracket) return nowhere;
    if (bytes[next + 1] === closeBracket) return next + 2;
    if (bytes[next + 1] !== comma || bytes[next + 2] !== openBracket) return nowhere;
    next += 3;
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
