import { streamFact, type Wire } from '../stream/facts.ts';
import type { Fact } from '../venue.ts';

/** What an event of Backpack's streams states, by its kind `e`: the dataset, the field with its time, and the fields. */
const kinds: Readonly<Record<string, readonly [dataset: string, time: string, names: readonly string[]]>> = {
  depth: ['book_deltas', 'T', ['U', 'u', 'b', 'a', 'T']],
  bookTicker: ['tickers', 'T', ['a', 'A', 'b', 'B', 'u', 'T']],
  trade: ['trades', 'T', ['t', 'p', 'q', 'm', 'T']],
  markPrice: ['tickers', 'T', ['p', 'i', 'f', 'n', 'T']],
  openInterest: ['open_interest', 'E', ['o', 'E']],
  ticker: ['tickers', 'E', ['o', 'h', 'l', 'c', 'v', 'V', 'n', 'E']],
  liquidation: ['liquidations', 'T', ['S', 'p', 'q', 'T']],
};

/** The fact of an event. */
export function backpackFacts(text: string): Fact[] {
  const event = JSON.parse(text) as Wire;
  if (event.e === 'kline') {
    const time = Date.parse(`${event.t}Z`) * 1000;
    const names = ['t', 'T', 'X', 'o', 'h', 'l', 'c', 'v', 'n'];
    return [streamFact({ dataset: 'candles', symbol: event.s, time }, event, names)];
  }
  const kind = kinds[String(event.e)];
  if (kind === undefined) return [];
  const [dataset, time, names] = kind;
  return [streamFact({ dataset, symbol: event.s, time: Number(event[time]) }, event, names)];
}
