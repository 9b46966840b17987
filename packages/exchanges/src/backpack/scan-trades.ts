import { place } from '../bytes/message.ts';
import { numberIn } from '../bytes/number.ts';
import { choiceIn } from '../bytes/object.ts';
import { choice, decimal, flag, name, optional, shape, text, whole } from '../bytes/shape.ts';
import { isTime } from '../bytes/time.ts';
import type { TradeSink } from '../stream/hot.ts';
import { scanEvent, streamsOf } from './scan-event.ts';

const ofTrades = streamsOf('trade');

/** `a` and `b` are the orders that met. */
const {
  shape: trade,
  slots: { T, m, p, q, t },
} = shape({
  E: optional(whole),
  T: whole,
  a: optional(text),
  b: optional(text),
  e: choice('"trade"'),
  m: flag,
  p: decimal,
  q: decimal,
  s: name,
  t: whole,
});

/** Trades of `trade`, in an envelope or not. Times are in microseconds. */
export function scanTrades(data: Uint8Array, symbol: Uint8Array, sink: TradeSink): boolean {
  if (!place(data) || scanEvent(trade, ofTrades, symbol) !== data.length || !isTime(numberIn(T))) return false;
  const sells = choiceIn(m) === 1;
  sink.trade(numberIn(T), sells, numberIn(p), numberIn(q), false, numberIn(t), Number.NaN, Number.NaN);
  return true;
}
