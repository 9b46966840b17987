import { fact } from '../http/reply.ts';
import { book, bookStepTime } from '../model/book.ts';
import { messageNumber, messageStepAt, sharedNumber } from '../model/book-number.ts';
import { candles } from '../model/candle.ts';
import type { Market } from '../model/market.ts';
import { tradesUntil } from '../model/tape.ts';
import { cut, ms } from '../model/text.ts';
import { BadParameter, limitUpTo, millisecondsAt, required } from '../parameters.ts';
import type { Reply, VenueRequest } from '../venue.ts';
import { envelope } from './envelope.ts';

/** `GET /v5/market/orderbook`. @throws BadParameter */
export function orderbook(market: Market, request: VenueRequest, at: number): Reply {
  const step = messageStepAt(market, at);
  const time = bookStepTime(market, step);
  const { bids, asks } = book(market, time, limitUpTo(request, 1000, 25));
  const u = messageNumber(market, step);
  const seq = sharedNumber(market, step);
  const result = { s: market.symbol, b: bids, a: asks, ts: ms(at), u, seq, cts: ms(time) };
  const about = { dataset: 'book_deltas', kind: 'current', symbol: market.symbol, time: result.cts * 1000, row: 0 };
  const texts = { ...result, b: JSON.stringify(bids), a: JSON.stringify(asks) };
  return envelope(result, at, [fact(about, texts, ['b', 'a', 'u', 'seq'])]);
}

/** `GET /v5/market/recent-trade`: newest first. @throws BadParameter */
export function recentTrades(market: Market, request: VenueRequest, at: number): Reply {
  const list = tradesUntil(market, at, limitUpTo(request, 1000, 500))
    .reverse()
    .map((each) => ({
      execId: tradeId(market, each.id),
      symbol: market.symbol,
      price: each.price,
      size: each.size,
      side: each.buyerIsMaker ? 'Sell' : 'Buy',
      time: String(ms(each.time)),
      isBlockTrade: false,
      isRPITrade: false,
      seq: String(each.order),
    }));
  const facts = list.map((row, index) =>
    fact({ dataset: 'trades', kind: 'current', symbol: row.symbol, time: Number(row.time) * 1000, row: index }, row, [
      'execId',
      'price',
      'size',
      'side',
    ]),
  );
  return envelope({ category: 'linear', list }, at, facts);
}

/** Bybit's trade ids are UUIDs. */
export function tradeId(market: Market, id: number): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0').slice(-length);
  return `${hex(market.key, 8)}-0000-5000-8000-${hex(id, 12)}`;
}

/** Candle widths by name, in seconds. */
export const intervals: Readonly<Record<string, number>> = {
  '1': 60,
  '3': 180,
  '5': 300,
  '15': 900,
  '30': 1800,
  '60': 3600,
  '120': 7200,
  '240': 14_400,
  '360': 21_600,
  '720': 43_200,
  D: 86_400,
};

/** `GET /v5/market/kline`: arrays of texts, newest first. @throws BadParameter */
export function kline(market: Market, request: VenueRequest, at: number): Reply {
  const seconds = intervals[required(request, 'interval')];
  if (seconds === undefined) throw new BadParameter('interval', 'malformed');
  const limit = limitUpTo(request, 1000, 200);
  const from = millisecondsAt(request, 'start', 0);
  const to = millisecondsAt(request, 'end', at);
  const found = candles(market, seconds, { from, to, limit, end: 'last' }, at).reverse();
  const list = found.map((each) => [
    String(ms(each.open)),
    each.o,
    each.h,
    each.l,
    each.c,
    each.volume,
    cut(each.quoteVolume, 4),
  ]);
  const facts = found.map((each, index) =>
    fact({ dataset: 'candles', kind: 'history', symbol: market.symbol, time: each.open, row: index }, { ...each }, [
      'o',
      'h',
      'l',
      'c',
      'volume',
    ]),
  );
  return envelope({ category: 'linear', symbol: market.symbol, list }, at, facts);
}
