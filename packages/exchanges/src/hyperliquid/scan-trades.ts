import { literal, scanLiteral } from '../bytes/literal.ts';
import { byteAt, nowhere, place } from '../bytes/message.ts';
import { numberIn } from '../bytes/number.ts';
import { choiceIn, scanObject } from '../bytes/object.ts';
import { choice, decimal, name, optional, shape, text, texts, whole } from '../bytes/shape.ts';
import { isTime } from '../bytes/time.ts';
import type { TradeSink } from '../stream/hot.ts';

const ofTrades = literal('{"channel":"trades","data":[');
const toEnd = literal(']}');
const comma = 0x2c;

/** `users` are the buyer and the seller. */
const {
  shape: trade,
  slots: { side, px, sz, time, tid },
} = shape({
  coin: name,
  side: choice('"B"', '"A"'),
  px: decimal,
  sz: decimal,
  time: whole,
  hash: optional(text),
  tid: whole,
  users: optional(texts),
});

/** Trades of `trades`, one or many in a message. */
export function scanTrades(data: Uint8Array, symbol: Uint8Array, sink: TradeSink): boolean {
  if (!place(data)) return false;
  let next = scanLiteral(0, ofTrades);
  for (;;) {
    next = scanObject(next, trade, symbol, null);
    const event = numberIn(time) * 1000;
    if (next === nowhere || !isTime(event)) return false;
    const sells = choiceIn(side) === 1;
    sink.trade(event, sells, numberIn(px), numberIn(sz), false, numberIn(tid), Number.NaN, Number.NaN);
    if (byteAt(next) !== comma) break;
    next += 1;
  }
  return scanLiteral(next, toEnd) === data.length;
}
