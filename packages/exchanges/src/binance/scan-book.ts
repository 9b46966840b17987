import { literal, scanLiteral } from '../bytes/literal.ts';
import { byteAt, nowhere, place, scanByte } from '../bytes/message.ts';
import { numberIn } from '../bytes/number.ts';
import { hasLevels, scanObject, startOf } from '../bytes/object.ts';
import { asks, bids, choice, name, optional, shape, text, whole } from '../bytes/shape.ts';
import { isTime } from '../bytes/time.ts';
import type { BookSink } from '../stream/hot.ts';
import { scanDigits, scanStream } from './scan-stream.ts';

const ofDepth = literal('@depth');
const milliseconds = literal('ms');
const toData = literal('","data":');
const at = 0x40;
const closeBrace = 0x7d;

/** Spot has no `pu`. */
const {
  shape: update,
  slots: { T, U, u, pu, b, a },
} = shape({
  e: choice('"depthUpdate"'),
  E: optional(whole),
  T: whole,
  s: name,
  ps: optional(text),
  U: whole,
  u: whole,
  pu: whole,
  b: bids,
  a: asks,
  st: optional(choice('1')),
});

/** Changes of a book (`@depth`), or its best levels (`@depth5`, `@depth10`, `@depth20`), in an envelope or not. */
export function scanBook(data: Uint8Array, symbol: Uint8Array, sink: BookSink): boolean {
  if (!place(data)) return false;
  const depth = scanStream(ofDepth);
  const isEnveloped = depth !== nowhere;
  let end: number;
  let isSnapshot = false;
  if (isEnveloped) {
    let next = scanDigits(depth);
    isSnapshot = next > depth;
    if (byteAt(next) === at) next = scanLiteral(scanDigits(next + 1), milliseconds);
    end = scanByte(scanObject(scanLiteral(next, toData), update, symbol, sink), closeBrace);
  } else end = scanObject(0, update, symbol, sink);
  const time = numberIn(T) * 1000;
  if (end !== data.length || !isTime(time) || startOf(b) > startOf(a) || !hasLevels(b, a)) return false;
  sink.message(time, numberIn(U), numberIn(u), numberIn(pu), Number.NaN, isSnapshot);
  return true;
}
