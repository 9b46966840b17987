import { fact, json } from '../http/reply.ts';
import { bookAt, bookStepAt, bookStepTime, levelsOf } from '../model/book.ts';
import { candles } from '../model/candle.ts';
import { lastPrice, type Market } from '../model/market.ts';
import { tradesUntil } from '../model/tape.ts';
import { ms, significant } from '../model/text.ts';
import type { Reply } from '../venue.ts';
import type { Dex } from './markets.ts';
import { bookLevels, candleRow, quotesOf, tradeRow } from './rows.ts';

/** `l2Book`: at most 20 levels a side, no sequence number. */
export function l2Book(market: Market, at: number): Reply {
  const step = bookStepAt(market, at);
  const levels = bookLevels(quotesOf(market), levelsOf(bookAt(market, step), 20));
  const body = { coin: market.symbol, time: ms(bookStepTime(market, step)), levels };
  const about = { dataset: 'book_deltas', kind: 'current', symbol: market.symbol, time: body.time * 1000, row: 0 };
  return json(body, [fact(about, { levels: JSON.stringify(levels) }, ['levels'])]);
}

/** `recentTrades`: a few of the newest, newest first. */
export function recentTrades(market: Market, at: number): Reply {
  const rows = tradesUntil(market, at, 10)
    .reverse()
    .map((each) => tradeRow(market, each));
  const facts = rows.map((row, index) =>
    fact({ dataset: 'trades', kind: 'current', symbol: row.coin, time: row.time * 1000, row: index }, row, [
      'tid',
      'px',
      'sz',
      'side',
    ]),
  );
  return json(rows, facts);
}

/** Candle widths by name, in seconds. */
export const candleIntervals: Readonly<Record<string, number>> = {
  '1m': 60,
  '3m': 180,
  '5m': 300,
  '15m': 900,
  '30m': 1800,
  '1h': 3600,
  '2h': 7200,
  '4h': 14_400,
  '8h': 28_800,
  '12h': 43_200,
  '1d': 86_400,
};

/** `candleSnapshot`: ascending, and only ever the newest 5000 of the venue. */
export function candleSnapshot(market: Market, interval: string, from: number, to: number, at: number): Reply {
  const seconds = candleIntervals[interval] ?? 60;
  const oldest = at - 5000 * seconds * 1_000_000;
  const found = candles(market, seconds, { from: Math.max(from, oldest), to, limit: 5000, end: 'last' }, at);
  const rows = found.map((each) => candleRow(market, interval, each));
  const facts = rows.map((row, index) =>
    fact({ dataset: 'candles', kind: 'history', symbol: market.symbol, time: row.t * 1000, row: index }, row, [
      'o',
      'h',
      'l',
      'c',
      'v',
    ]),
  );
  return { ...json(rows, facts), extraCost: Math.floor(rows.length / 60) };
}

/** `allMids`: coin to mid price. */
export function allMids(dex: Dex, at: number): Reply {
  const active = dex.markets.filter((market) => market.active);
  return json(Object.fromEntries(active.map((market) => [market.symbol, significant(lastPrice(market, at), 6)])));
}
