import { floorTo, minute } from '@feedlake/schema';
import type { ReplyMapper } from '../adapter.ts';
import { aggressorOf } from '../aggressor.ts';
import { mapBook } from '../book.ts';
import { levelsOf } from '../levels.ts';
import type { Mapping } from '../mapping.ts';
import { arrayOf, integerOf, intervalSeconds, type JsonObject, msTime, objectOf, textOf } from '../value.ts';
import { mapCandle } from './candle.ts';
import { exchangeInfo, fundingInfo, fundingInterval } from './instruments.ts';
import { each, ignored, reply } from './reply.ts';
import { isDated, isPerpetual, isUnknown } from './symbol.ts';

type MapOne = (entry: JsonObject, mapping: Mapping) => void;

/** `GET /fapi/v1/openInterest`: base quantity, one side. */
export const mapOpenInterest: MapOne = (entry, mapping) =>
  mapping.row('open_interest', entry.symbol, msTime(entry.time), { open_interest: textOf(entry.openInterest) });

const mapOpenInterestHistory: MapOne = (entry, mapping) => {
  if ('pair' in entry) {
    mapping.ignore(`open_interest of ${entry.pair}: COIN-M`);
    return;
  }
  const value = textOf(entry.sumOpenInterestValue);
  mapping.row('open_interest', entry.symbol ?? mapping.parameter('symbol'), msTime(entry.timestamp), {
    open_interest: textOf(entry.sumOpenInterest),
    open_interest_value: value,
    value_basis: value === null ? null : 'reported',
    period_seconds: intervalSeconds(mapping.parameter('period')),
  });
};

/** `GET /fapi/v1/premiumIndex`: `lastFundingRate` is the running estimate, charged at `nextFundingTime`. */
const mapPremiumIndex: MapOne = (entry, mapping) => {
  if (isDated(String(entry.symbol))) {
    mapping.ignore(`funding_rates of ${entry.symbol}: a dated future has no funding`);
    return;
  }
  if (isUnknown(entry.symbol, mapping.reference)) {
    mapping.reject(
      `funding_rates of ${entry.symbol}: quote asset not known from the name; ask for the symbol by its name`,
    );
    return;
  }
  mapping.row('funding_rates', entry.symbol, msTime(entry.time), {
    kind: 'running',
    rate: textOf(entry.lastFundingRate),
    funding_time: msTime(entry.nextFundingTime),
    interval_seconds: fundingInterval(entry.symbol, mapping),
    mark_price: textOf(entry.markPrice),
    index_price: textOf(entry.indexPrice),
  });
};

const mapFundingRate: MapOne = (entry, mapping) => {
  const time = msTime(entry.fundingTime);
  mapping.row('funding_rates', entry.symbol, time, {
    kind: 'settled',
    rate: textOf(entry.fundingRate),
    funding_time: time === null ? null : floorTo(time + minute / 2, minute),
    mark_price: textOf(entry.markPrice),
  });
};

const depth = reply(['/fapi/v1/depth'], (body, mapping) =>
  mapDepthSnapshot(objectOf(body) ?? {}, mapping.parameter('symbol'), mapping),
);

/** A REST order book: the state after update `lastUpdateId`. */
export function mapDepthSnapshot(entry: JsonObject, symbol: unknown, mapping: Mapping): void {
  const bids = levelsOf(entry.bids);
  const asks = levelsOf(entry.asks);
  if (bids === null || asks === null) {
    mapping.reject('depth: bids or asks are missing');
    return;
  }
  mapBook(mapping, symbol, msTime(entry.T) ?? msTime(entry.E), {
    bids,
    asks,
    isSnapshot: true,
    sequence: { last_seq: integerOf(entry.lastUpdateId) },
  });
}

const mapTrade: MapOne = (entry, mapping) =>
  mapping.row('trades', mapping.parameter('symbol'), msTime(entry.time), {
    trade_id: textOf(entry.id),
    side: aggressorOf(entry.isBuyerMaker),
    price: textOf(entry.price),
    size: textOf(entry.qty),
    off_book: false,
  });

/** An aggregate trade, from REST or from a stream. */
export function mapAggregateTrade(entry: JsonObject, symbol: unknown, mapping: Mapping): void {
  mapping.row('trades', symbol, msTime(entry.T), {
    trade_id: textOf(entry.a),
    side: aggressorOf(entry.m),
    price: textOf(entry.p),
    size: textOf(entry.q),
    off_book: false,
    first_trade_id: textOf(entry.f),
    last_trade_id: textOf(entry.l),
  });
}

const candles = reply(['/fapi/v1/klines', '/fapi/v1/continuousKlines'], (body, mapping) => {
  const contract = mapping.parameter('contractType') ?? 'PERPETUAL';
  if (!isPerpetual(contract)) {
    mapping.ignore(`candles of ${mapping.parameter('pair')}: ${contract} is no single instrument`);
    return;
  }
  const symbol = mapping.parameter('symbol') ?? mapping.parameter('pair');
  const interval = mapping.parameter('interval');
  for (const value of arrayOf(body) ?? [body]) {
    const candle = arrayOf(value);
    if (candle === null) {
      mapping.reject('candles: no array');
      continue;
    }
    const [t, o, h, l, c, v, T, q, n] = candle;
    const end = msTime(T);
    mapCandle({ t, o, h, l, c, v, q, n, i: interval, x: end !== null && end < mapping.received }, symbol, mapping);
  }
});

/** The mappers of Binance's REST replies. */
export const replies: readonly ReplyMapper[] = [
  each(['/fapi/v1/openInterest'], mapOpenInterest),
  each(['/futures/data/openInterestHist'], mapOpenInterestHistory),
  each(['/fapi/v1/premiumIndex'], mapPremiumIndex),
  each(['/fapi/v1/fundingRate'], mapFundingRate),
  fundingInfo,
  exchangeInfo,
  depth,
  each(['/fapi/v1/trades', '/fapi/v1/historicalTrades'], mapTrade),
  each(['/fapi/v1/aggTrades'], (entry, mapping) => mapAggregateTrade(entry, mapping.parameter('symbol'), mapping)),
  candles,
  each(['/fapi/v1/ticker/24hr'], (entry, mapping) =>
    mapping.ticker(entry.symbol, msTime(entry.closeTime), { last_price: textOf(entry.lastPrice) }),
  ),
  each(['/fapi/v1/ticker/bookTicker'], (entry, mapping) =>
    mapping.ticker(entry.symbol, msTime(entry.time), {
      bid_price: textOf(entry.bidPrice),
      bid_size: textOf(entry.bidQty),
      ask_price: textOf(entry.askPrice),
      ask_size: textOf(entry.askQty),
    }),
  ),
  each(['/fapi/v1/ticker/price', '/fapi/v2/ticker/price'], (entry, mapping) =>
    mapping.ticker(entry.symbol, msTime(entry.time), { last_price: textOf(entry.price) }),
  ),
  ignored(['/fapi/v1/time', '/fapi/v1/ping'], 'no market data'),
  ignored(
    ['/fapi/v1/indexPriceKlines', '/fapi/v1/markPriceKlines', '/fapi/v1/premiumIndexKlines'],
    'candles of a computed price: not recorded',
  ),
  ignored(
    [
      '/fapi/v1/assetIndex',
      '/fapi/v1/constituents',
      '/fapi/v1/indexInfo',
      '/futures/data/basis',
      '/futures/data/delivery-price',
      '/futures/data/globalLongShortAccountRatio',
      '/futures/data/takerBuySellVol',
      '/futures/data/takerlongshortRatio',
      '/futures/data/topLongShortAccountRatio',
      '/futures/data/topLongShortPositionRatio',
    ],
    'not recorded',
  ),
];
