import { literal, scanLiteral } from '../bytes/literal.ts';
import { byteAt, nowhere, place } from '../bytes/message.ts';
import { numberIn } from '../bytes/number.ts';
import { choiceIn, endOf, isPresent, scanObject, startOf } from '../bytes/object.ts';
import { choice, decimal, flag, name, optional, shape, text, whole } from '../bytes/shape.ts';
import { isTime } from '../bytes/time.ts';
import type { TradeSink } from '../stream/hot.ts';
import { scanHead } from './scan-head.ts';

const ofTrades = literal('{"topic":"publicTrade.');
const toEnd = literal(']}');
const openBracket = 0x5b;
const comma = 0x2c;
const emptyText = '""'.length;

/** `RPI` and `seq` came in 2025. */
const {
  shape: trade,
  slots: { T, S, v, p, i, BT },
} = shape({
  T: whole,
  s: name,
  S: choice('"Buy"', '"Sell"'),
  v: decimal,
  p: decimal,
  L: optional(text),
  i: text,
  BT: optional(flag),
  RPI: optional(flag),
  seq: optional(whole),
});

/** Trades of `publicTrade`, one or many in a message; their ids are texts. */
export function scanTrades(data: Uint8Array, symbol: Uint8Array, sink: TradeSink): boolean {
  if (!place(data)) return false;
  let next = scanHead(ofTrades);
  if (byteAt(next) !== openBracket) return false;
  do {
    next = scanObject(next + 1, trade, symbol, null);
    const time = numberIn(T) * 1000;
    const id = startOf(i);
    const idEnd = endOf(i);
    if (next === nowhere || !isTime(time) || idEnd - id === emptyText) return false;
    const offBook = isPresent(BT) && choiceIn(BT) === 1;
    sink.namedTrade(time, choiceIn(S) === 1, numberIn(p), numberIn(v), offBook, data, id + 1, idEnd - 1);
  } while (byteAt(next) === comma);
  return scanLiteral(next, toEnd) === data.length;
}
