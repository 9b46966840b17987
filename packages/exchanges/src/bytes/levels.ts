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
  if (bytes[at + 1] === closeBracket) return at + 2;
  let next = at;
  do {
    if (bytes[next + 1] !== openBracket) return nowhere;
    next = scanDecimal(next + 2, price);
    if (bytes[next] !== comma) return nowhere;
    next = scanDecimal(next + 1, size);
    if (bytes[next] !== closeBracket) return nowhere;
    sink.level(isBid, numberIn(price), numberIn(size));
    next += 1;
  } while (bytes[next] === comma);
  return bytes[next] === closeBracket ? next + 1 : nowhere;
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
