import { fact, json, text } from '../http/reply.ts';
import { book, bookStepAt, type Level } from '../model/book.ts';
import { ownNumber } from '../model/book-number.ts';
import { candles } from '../model/candle.ts';
import type { Market } from '../model/market.ts';
import { tradesUntil } from '../model/tape.ts';
import { ms, trimmed } from '../model/text.ts';
import { BadParameter, limitUpTo, optional, required, whole } from '../parameters.ts';
import type { Reply, VenueRequest } from '../venue.ts';
import { refuse } from './refusals.ts';
import { naive } from './time-text.ts';

const depthLimits = ['5', '10', '20', '50', '100', '500', '1000'];

/** `GET /api/v1/depth`: BOTH sides ascending, so that the best bid is the last; prices without padding; time in µs. */
export function depth(market: Market, request: VenueRequest, at: number): Reply {
  const limit = optional(request, 'limit') ?? '1000';
  if (!depthLimits.includes(limit)) {
    return text(
      400,
      'failed to parse parameter `limit`: failed to parse "DepthLimit": Expect a valid enumeration value.',
    );
  }
  if (!market.active) return refuse(404, 'RESOURCE_NOT_FOUND', 'Not Found');
  const both = book(market, at, Number(limit));
  const unpadded = (levels: readonly Level[]) => levels.map(([price, size]) => [trimmed(Number(price), 8), size]);
  const asks = unpadded(both.asks);
  const bids = unpadded(both.bids).reverse();
  const body = { asks, bids, lastUpdateId: String(ownNumber(market, bookStepAt(market, at))), timestamp: at };
  const about = { dataset: 'book_deltas', kind: 'current', symbol: market.symbol, time: at, row: 0 };
  const texts = { ...body, asks: JSON.stringify(asks), bids: JSON.stringify(bids) };
  return json(body, [fact(about, texts, ['lastUpdateId', 'asks', 'bids'])]);
}

/** `GET /api/v1/trades`, and `/trades/history` with an offset: newest first. @throws BadParameter */
export function trades(market: Market, request: VenueRequest, at: number): Reply {
  const limit = limitUpTo(request, 1000, 100);
  const offset = whole(request, 'offset', 0);
  const rows = tradesUntil(market, at, limit + offset)
    .reverse()
    .slice(offset)
    .map((each) => ({
      id: each.id,
      isBuyerMaker: each.buyerIsMaker,
      price: each.price,
      quantity: each.size,
      quoteQuantity: trimmed(Number(each.price) * Number(each.size), 6),
      timestamp: ms(each.time),
    }));
  const facts = rows.map((row, index) =>
    fact({ dataset: 'trades', kind: 'current', symbol: market.symbol, time: row.timestamp * 1000, row: index }, row, [
      'id',
      'price',
      'quantity',
      'isBuyerMaker',
    ]),
  );
  return json(rows, facts);
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

/** `GET /api/v1/klines`: ascending; start and end are asked for in SECONDS. @throws BadParameter */
export function klines(market: Market, request: VenueRequest, at: number): Reply {
  const seconds = intervals[required(request, 'interval')];
  if (seconds === undefined) throw new BadParameter('interval', 'malformed');
  required(request, 'startTime');
  const from = whole(request, 'startTime', 0) * 1_000_000;
  const to = whole(request, 'endTime', Math.floor(at / 1_000_000)) * 1_000_000;
  const found = candles(market, seconds, { from, to, limit: 1000, end: 'first' }, at);
  const rows = found.map((each) => ({
    start: naive(each.open).replace('T', ' '),
    end: naive(each.end).replace('T', ' '),
    open: each.o,
    high: each.h,
    low: each.l,
    close: each.c,
    volume: each.volume,
    quoteVolume: each.quoteVolume,
    trades: String(each.trades),
  }));
  const facts = rows.map((row, index) =>
    fact(
      { dataset: 'candles', kind: 'history', symbol: market.symbol, time: found[index]?.open ?? null, row: index },
      row,
      ['open', 'high', 'low', 'close', 'volume'],
    ),
  );
  return json(rows, facts);
}
