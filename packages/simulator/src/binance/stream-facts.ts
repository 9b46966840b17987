import { objectIn, streamFact, type Wire } from '../stream/facts.ts';
import type { Fact } from '../venue.ts';

/** What an event of Binance's streams states, by its kind `e`: the dataset, the field with its time, and the fields. */
const kinds: Readonly<Record<string, readonly [dataset: string, time: string, names: readonly string[]]>> = {
  aggTrade: ['trades', 'T', ['a', 'p', 'q', 'f', 'l', 'm', 'T', 'st']],
  trade: ['trades', 'T', ['t', 'p', 'q', 'm', 'T', 'X', 'st']],
  depthUpdate: ['book_deltas', 'T', ['U', 'u', 'pu', 'b', 'a', 'T', 'st']],
  bookTicker: ['tickers', 'T', ['u', 'b', 'B', 'a', 'A', 'T', 'st']],
  markPriceUpdate: ['tickers', 'E', ['p', 'i', 'r', 'T', 'st']],
  '24hrTicker': ['tickers', 'E', ['c', 'o', 'h', 'l', 'v', 'q', 'C', 'st']],
  '24hrMiniTicker': ['tickers', 'E', ['c', 'o', 'h', 'l', 'v', 'q', 'st']],
};

const candleNames = ['t', 'T', 'i', 'o', 'h', 'l', 'c', 'v', 'q', 'n', 'x'];
const orderNames = ['S', 'q', 'p', 'ap', 'T'];

/** The facts of an event, or of a list of events. */
export function binanceFacts(text: string): Fact[] {
  const parsed: unknown = JSON.parse(text);
  const events = Array.isArray(parsed) ? (parsed as Wire[]) : [parsed as Wire];
  return events.flatMap(factsOf);
}

function factsOf(event: Wire, row: number): Fact[] {
  if (event.e === 'kline') {
    const candle = objectIn(event, 'k');
    const about = { dataset: 'candles', symbol: event.s, time: Number(candle.t) * 1000, row };
    return [streamFact(about, { ...candle, st: event.st }, [...candleNames, 'st'])];
  }
  if (event.e === 'forceOrder') {
    const order = objectIn(event, 'o');
    const about = { dataset: 'liquidations', symbol: order.s, time: Number(order.T) * 1000, row };
    return [streamFact(about, { ...order, st: event.st }, [...orderNames, 'st'])];
  }
  const kind = kinds[String(event.e)];
  if (kind === undefined) return [];
  const [dataset, time, names] = kind;
  return [streamFact({ dataset, symbol: event.s, time: Number(event[time]) * 1000, row }, event, names)];
}
