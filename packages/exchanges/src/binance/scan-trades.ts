import { literal } from '../bytes/literal.ts';
import { nowhere, place, scanByte } from '../bytes/message.ts';
import { numberIn } from '../bytes/number.ts';
import { choiceIn, isPresent, scanObject } from '../bytes/object.ts';
import { choice, decimal, flag, name, optional, shape, text, whole } from '../bytes/shape.ts';
import { isTime } from '../bytes/time.ts';
import type { TradeSink } from '../stream/hot.ts';
import { scanStream } from './scan-stream.ts';

const ofAggregates = literal('@aggTrade","data":');
const closeBrace = 0x7d;

/** `ps`, `st` (1 = USD-M) and `nq` (the quantity without retail orders) came in 2025 and 2026; spot has `M` as well. */
const {
  shape: trade,
  slots: { a, p, q, f, l, T, m },
} = shape({
  e: choice('"aggTrade"'),
  E: optional(whole),
  a: whole,
  s: name,
  ps: optional(text),
  p: decimal,
  q: decimal,
  nq: optional(text),
  f: optional(whole),
  l: optional(whole),
  T: whole,
  m: flag,
  st: optional(choice('1')),
});

/** Aggregate trades, in an envelope or not. */
export function scanTrades(data: Uint8Array, symbol: Uint8Array, sink: TradeSink): boolean {
  if (!place(data)) return false;
  const event = scanStream(ofAggregates);
  const end =
    event === nowhere
      ? scanObject(0, trade, symbol, null)
      : scanByte(scanObject(event, trade, symbol, null), closeBrace);
  const time = numberIn(T) * 1000;
  if (end !== data.length || !isTime(time)) return false;
  const first = isPresent(f) ? numberIn(f) : Number.NaN;
  const last = isPresent(l) ? numberIn(l) : Number.NaN;
  sink.trade(time, choiceIn(m) === 1, numberIn(p), numberIn(q), false, numberIn(a), first, last);
  return true;
}
