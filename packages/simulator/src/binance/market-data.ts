import { hour } from '@feedlake/schema';
import { fact, json } from '../http/reply.ts';
import { book, bookStepAt, bookStepTime } from '../model/book.ts';
import { sharedNumber } from '../model/book-number.ts';
import { candles, dayStatistics } from '../model/candle.ts';
import { lastPrice, type Market } from '../model/market.ts';
import {
  orderIdFrom,
  ordersUntil,
  orderTime,
  type TakerOrder,
  takerOrder,
  tradeIdFrom,
  tradesUntil,
} from '../model/tape.ts';
import { fixed, ms } from '../model/text.ts';
import { limitUpTo, millisecondsAt, required, whole } from '../parameters.ts';
import type { Reply, VenueRequest } from '../venue.ts';
import { refuse } from './refusals.ts';

const depthLimits = [5, 10, 20, 50, 100, 500, 1000];

/** `GET /fapi/v1/depth`. @throws BadParameter */
export function depth(market: Market, request: VenueRequest, at: number): Reply {
  const limit = whole(request, 'limit', 500);
  if (!depthLimits.includes(limit)) return refuse(-4021, `'${limit}' is not valid depth limit.`);
  const { bids, asks } = book(market, at, limit);
  const step = bookStepAt(market, at);
  const body = { lastUpdateId: sharedNumber(market, step), E: ms(at), T: ms(bookStepTime(market, step)), bids, asks };
  const about = { dataset: 'book_deltas', kind: 'current', symbol: market.symbol, time: body.T * 1000, row: 0 };
  return json(body, [
    fact(about, { ...body, bids: JSON.stringify(bids), asks: JSON.stringify(asks) }, ['lastUpdateId', 'bids', 'asks']),
  ]);
}

/** `GET /fapi/v1/trades`: the newest, ascending. @throws BadParameter */
export function recentTrades(market: Market, request: VenueRequest, at: number): Reply {
  const rows = tradesUntil(market, at, limitUpTo(request, 1000, 500)).map((each) => ({
    id: each.id,
    price: each.price,
    qty: each.size,
    quoteQty: fixed(Number(each.price) * Number(each.size), 2),
    time: ms(each.time),
    isBuyerMaker: each.buyerIsMaker,
  }));
  return json(
    rows,
    tradeFacts(
      market,
      rows.map((row) => ({ ...row, time: row.time })),
      ['id', 'price', 'qty', 'isBuyerMaker'],
    ),
  );
}

/** `GET /fapi/v1/aggTrades`: from an id, within an hour, or the newest; ascending. @throws BadParameter */
export function aggregateTrades(market: Market, request: VenueRequest, at: number): Reply {
  const limit = limitUpTo(request, 1000, 500);
  const from = millisecondsAt(request, 'startTime', Number.NaN);
  const to = Math.min(millisecondsAt(request, 'endTime', at), at);
  if (to - from > hour && request.query.has('endTime')) {
    return refuse(-4166, 'Search window is restricted to recent 1 hours.');
  }
  const fromId = whole(request, 'fromId', Number.isNaN(from) ? null : orderIdFrom(market, from));
  const found: TakerOrder[] = [];
  if (fromId === null) found.push(...ordersUntil(market, to, limit));
  for (let id = fromId ?? 0; fromId !== null && found.length < limit; id += 1) {
    if (orderTime(market, id) > to) break;
    found.push(takerOrder(market, id));
  }
  const rows = found.map((each) => ({
    a: each.id,
    p: each.price,
    q: each.size,
    f: each.firstTrade,
    l: each.firstTrade + each.trades - 1,
    T: ms(each.time),
    m: each.buyerIsMaker,
  }));
  return json(
    rows,
    tradeFacts(
      market,
      rows.map((row) => ({ ...row, time: row.T })),
      ['a', 'p', 'q', 'm'],
    ),
  );
}

function tradeFacts(market: Market, rows: readonly ({ time: number } & Record<string, unknown>)[], fields: string[]) {
  return rows.map((row, index) =>
    fact({ dataset: 'trades', kind: 'current', symbol: market.symbol, time: row.time * 1000, row: index }, row, fields),
  );
}

/** Candle widths by name, in seconds. */
export const intervals: Readonly<Record<string, number>> = {
  '1m': 60,
  '3m': 180,
  '5m': 300,
  '15m': 900,
  '30m': 1800,
  '1h': 3600,
  '2h': 7200,
  '4h': 14_400,
  '6h': 21_600,
  '8h': 28_800,
  '12h': 43_200,
  '1d': 86_400,
};

/** `GET /fapi/v1/klines`: arrays, ascending. @throws BadParameter */
export function klines(market: Market, request: VenueRequest, at: number): Reply {
  const seconds = intervals[required(request, 'interval')];
  if (seconds === undefined) return refuse(-1120, 'Invalid interval.');
  const limit = limitUpTo(request, 1500, 500);
  const from = millisecondsAt(request, 'startTime', 0);
  const to = millisecondsAt(request, 'endTime', at);
  const end = request.query.has('startTime') ? 'first' : 'last';
  const found = candles(market, seconds, { from, to, limit, end }, at);
  const rows = found.map((each) => [
    ms(each.open),
    each.o,
    each.h,
    each.l,
    each.c,
    each.volume,
    ms(each.end) - 1,
    each.quoteVolume,
    each.trades,
    each.volume,
    each.quoteVolume,
    '0',
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
  return json(rows, facts);
}

/** `GET /fapi/v1/ticker/24hr`, of one symbol (an object) or of all (an array). */
export function dayTicker(markets: readonly Market[], at: number, single: boolean): Reply {
  const rows = markets.map((market) => {
    const stats = dayStatistics(market, at);
    return {
      symbol: market.symbol,
      priceChange: fixed(Number(stats.c) - Number(stats.o), market.priceDecimals),
      priceChangePercent: fixed((Number(stats.c) / Number(stats.o) - 1) * 100, 3),
      weightedAvgPrice: stats.c,
      lastPrice: stats.c,
      lastQty: fixed(10 ** -market.sizeDecimals, market.sizeDecimals),
      openPrice: stats.o,
      highPrice: stats.h,
      lowPrice: stats.l,
      volume: stats.volume,
      quoteVolume: stats.quoteVolume,
      openTime: ms(stats.open),
      closeTime: ms(at),
      firstId: tradeIdFrom(market, stats.open),
      lastId: tradeIdFrom(market, at) - 1,
      count: stats.trades,
    };
  });
  return tickers(rows, single, ['lastPrice', 'volume'], 'closeTime');
}

/** `GET /fapi/v1/ticker/bookTicker`, of one symbol (an object) or of all (an array). */
export function bookTicker(markets: readonly Market[], at: number, single: boolean): Reply {
  const rows = markets.map((market) => {
    const { bids, asks } = book(market, at, 1);
    const [bidPrice = fixed(lastPrice(market, at), market.priceDecimals), bidQty = '0'] = bids[0] ?? [];
    const [askPrice = bidPrice, askQty = '0'] = asks[0] ?? [];
    return {
      symbol: market.symbol,
      bidPrice,
      bidQty,
      askPrice,
      askQty,
      time: ms(at),
      lastUpdateId: sharedNumber(market, bookStepAt(market, at)),
    };
  });
  return tickers(rows, single, ['bidPrice', 'bidQty', 'askPrice', 'askQty'], 'time');
}

function tickers<Row extends { symbol: string }>(
  rows: Row[],
  single: boolean,
  fields: string[],
  time: keyof Row,
): Reply {
  const facts = rows.map((row, index) =>
    fact(
      { dataset: 'tickers', kind: 'current', symbol: row.symbol, time: Number(row[time]) * 1000, row: index },
      row,
      fields,
    ),
  );
  return json(single ? rows[0] : rows, facts);
}
