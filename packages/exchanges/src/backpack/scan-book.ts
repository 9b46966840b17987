import { scanLevels } from '../bytes/levels.ts';
import { place } from '../bytes/message.ts';
import { numberIn } from '../bytes/number.ts';
import { endOf, hasLevels, startOf } from '../bytes/object.ts';
import { choice, name, optional, shape, skipped, whole } from '../bytes/shape.ts';
import { isTime } from '../bytes/time.ts';
import type { BookSink } from '../stream/hot.ts';
import { scanEvent, streamsOf } from './scan-event.ts';

const ofDepth = streamsOf('depth');

const {
  shape: update,
  slots: { T, U, a, b, u },
} = shape({
  E: optional(whole),
  T: whole,
  U: whole,
  a: skipped,
  b: skipped,
  e: choice('"depth"'),
  s: name,
  u: whole,
});

/** Changes of a book (`depth`), in an envelope or not. Asks come before bids, and are handed over behind them. */
export function scanBook(data: Uint8Array, symbol: Uint8Array, sink: BookSink): boolean {
  if (!place(data) || scanEvent(update, ofDepth, symbol) !== data.length || !isTime(numberIn(T))) return false;
  if (!hasLevels(b, a)) return false;
  if (scanLevels(startOf(b), true, sink) !== endOf(b) || scanLevels(startOf(a), false, sink) !== endOf(a)) return false;
  sink.message(numberIn(T), numberIn(U), numberIn(u), Number.NaN, Number.NaN, false);
  return true;
}
