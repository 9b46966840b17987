import type { ReplyMapper } from '../adapter.ts';
import { aggressorOf } from '../aggressor.ts';
import { mapBook } from '../book.ts';
import { levelsOf } from '../levels.ts';
import type { Mapping } from '../mapping.ts';
import { anyTime, integerOf, intervalSeconds, type JsonObject, manyOf, objectOf, textOf } from '../value.ts';
import { fundingRates, markPrices } from './funding.ts';
import { markets } from './instruments.ts';

type MapOne = (entry: JsonObject, mapping: Mapping) => void;

/** Replies that are an object or an array of objects of one shape. */
function each(paths: readonly string[], mapOne: MapOne): ReplyMapper {
  return {
    method: 'GET',
    paths,
    map(body, mapping) {
      for (const value of manyOf(body)) {
        const entry = objectOf(value);
        if (entry === null) mapping.reject(`no object: ${JSON.stringify(value)?.slice(0, 80)}`);
        else mapOne(entry, mapping);
      }
    },
  };
}

/** Times of REST replies: documented as ms, µs or ISO texts, seen in others, so told apart by size. */
const mapOpenInterest: MapOne = (entry, mapping) =>
  mapping.row('open_interest', entry.symbol, anyTime(entry.timestamp), { open_interest: textOf(entry.openInterest) });

/** The book after update `lastUpdateId`, which is a text; bids ascend. */
const mapDepth: MapOne = (entry, mapping) => {
  const symbol = mapping.parameter('symbol');
  const bids = levelsOf(entry.bids);
  const asks = levelsOf(entry.asks);
  if (bids === null || asks === null) {
    mapping.reject(`book_deltas of ${symbol}: bids or asks are missing`);
    return;
  }
  mapBook(mapping, symbol, anyTime(entry.timestamp), {
    bids,
    asks,
    isSnapshot: true,
    sequence: { last_seq: integerOf(entry.lastUpdateId) },
  });
};

const mapTrade: MapOne = (entry, mapping) =>
  mapping.row('trades', mapping.parameter('symbol'), anyTime(entry.timestamp), {
    trade_id: textOf(entry.id),
    side: aggressorOf(entry.isBuyerMaker),
    price: textOf(entry.price),
    size: textOf(entry.quantity),
    off_book: false,
  });

const mapCandle: MapOne = (entry, mapping) => {
  const symbol = mapping.parameter('symbol');
  const priceType = mapping.parameter('priceType') ?? 'Last';
  if (!/^last/i.test(priceType)) {
    mapping.ignore(`candles of ${symbol}: of the ${priceType} price, not of trades`);
    return;
  }
  const open = anyTime(entry.start);
  const end = anyTime(entry.end);
  mapping.row('candles', symbol, open, {
    interval_seconds: intervalSeconds(mapping.parameter('interval')),
    open_time: open,
    open: textOf(entry.open),
    high: textOf(entry.high),
    low: textOf(entry.low),
    close: textOf(entry.close),
    volume: textOf(entry.volume),
    quote_volume: textOf(entry.quoteVolume),
    trades: integerOf(entry.trades),
    closed: end !== null && end <= mapping.received,
  });
};

/** The mappers of Backpack's REST replies. */
export const replies: readonly ReplyMapper[] = [
  each(['/api/v1/openInterest', '/api/v1/openInterests'], mapOpenInterest),
  markPrices,
  fundingRates,
  markets,
  each(['/api/v1/depth'], mapDepth),
  each(['/api/v1/trades', '/api/v1/trades/history'], mapTrade),
  each(['/api/v1/klines'], mapCandle),
  each(['/api/v1/ticker', '/api/v1/tickers'], (entry, mapping) =>
    mapping.ticker(entry.symbol, null, { last_price: textOf(entry.lastPrice) }),
  ),
  {
    method: 'GET',
    paths: ['/api/v1/time', '/api/v1/ping', '/api/v1/status', '/api/v1/assets'],
    map: (_body, mapping) => mapping.ignore('no market data'),
  },
];
