import type { BookSink } from '../stream/hot.ts';
import { decimal, scanDecimal } from './decimal.ts';
import { byteAt, nowhere, word, wordAt } from './message.ts';

const open = 0x5b;
const close = 0x5d;
const quote = 0x22;
const comma = 0x2c;
const nextLevel = word('],["');
const lastLevel = word(']]  ') & 0xffff;
const noLevels = word('[]  ') & 0xffff;

/** Scans one side of a book, `[["price","size"],…]`, and hands over its levels. */
export function scanLevels(at: number, isBid: boolean, sink: BookSink): number {
  if ((wordAt(at) & 0xffff) === noLevels) return at + 2;
  if (byteAt(at) !== open || byteAt(at + 1) !== open || byteAt(at + 2) !== quote) return nowhere;
  let next = at + 3;
  for (;;) {
    next = scanDecimal(next);
    if (byteAt(next) !== comma || byteAt(next + 1) !== quote) return nowhere;
    const price = decimal();
    next = scanDecimal(next + 2);
    if (next === nowhere) return nowhere;
    sink.level(isBid, price, decimal());
    const end = wordAt(next);
    if (end !== nextLevel) return (end & 0xffff) === lastLevel ? next + 2 : nowhere;
    next += 4;
  }
}

/** Finds the end of one side of a book without looking at its levels. */
export function skipLevels(at: number): number {
  if ((wordAt(at) & 0xffff) === noLevels) return at + 2;
  let next = at + 1;
  // A zero is behind the message.
  for (let byte = byteAt(next); byte !== 0; byte = byteAt(next)) {
    if (byte !== close) next += 2;
    else if (byteAt(next - 1) === close) return next + 1;
    else next += 1;
  }
  return nowhere;
}
