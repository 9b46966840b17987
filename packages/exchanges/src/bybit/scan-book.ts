import { literal, scanLiteral } from '../bytes/literal.ts';
import { byteAt, place, scanByte } from '../bytes/message.ts';
import { numberIn, ownSlots, scanWhole } from '../bytes/number.ts';
import { hasLevels, isPresent, scanObject, startOf } from '../bytes/object.ts';
import { asks, bids, name, optional, shape, whole } from '../bytes/shape.ts';
import { isTime } from '../bytes/time.ts';
import type { BookSink } from '../stream/hot.ts';
import { isSnapshot, scanHead, sentMs } from './scan-head.ts';

const ofBook = literal('{"topic":"orderbook.');
const toEngineTime = literal(',"cts":');
const comma = 0x2c;
const closeBrace = 0x7d;
const cts = ownSlots + 3;

const {
  shape: book,
  slots: { b, a, u, seq },
} = shape({ s: name, b: bids, a: asks, u: whole, seq: optional(whole) });

/** A book (`orderbook`) whole or its changes; `u` = 1 is a whole one, of a service that was started again. */
export function scanBook(data: Uint8Array, symbol: Uint8Array, sink: BookSink): boolean {
  if (!place(data)) return false;
  let next = scanObject(scanHead(ofBook), book, symbol, sink);
  let time = sentMs() * 1000;
  if (byteAt(next) === comma) {
    next = scanWhole(scanLiteral(next, toEngineTime), cts);
    time = numberIn(cts) * 1000;
  }
  if (scanByte(next, closeBrace) !== data.length || !isTime(time)) return false;
  if (startOf(b) > startOf(a) || !hasLevels(b, a)) return false;
  const crossSeq = isPresent(seq) ? numberIn(seq) : Number.NaN;
  sink.message(time, Number.NaN, numberIn(u), Number.NaN, crossSeq, isSnapshot() || numberIn(u) === 1);
  return true;
}
