import { floorTo, isoDate, minute, second } from '@feedlake/schema';
import type { ReplyMapper } from '../adapter.ts';
import type { Mapping } from '../mapping.ts';
import { arrayOf, entryOf, integerOf, intervalSeconds, type JsonObject, msTime, objectOf, textOf } from '../value.ts';
import { mapOrderBook } from './book.ts';
import { mapCandle, secondsOfInterval } from './candle.ts';
import { type Content, enveloped, ignored, listed } from './envelope.ts';
import { oneSide } from './open-interest.ts';
import { expiryOf } from './symbol.ts';
import { aggressor } from './trade.ts';

/** `GET /v5/market/tickers` brings open interest and funding at once; its time is that of the envelope. */
function mapTicker(entry: JsonObject, { time }: Content, mapping: Mapping): void {
  mapping.row('open_interest', entry.symbol, time, {
    ...openInterestOf(entry),
    mark_price: textOf(entry.markPrice),
  });
  if (expiryOf(String(entry.symbol)) !== null) {
    mapping.ignore(`funding_rates of ${entry.symbol}: a dated future has no funding`);
    return;
  }
  mapping.row('funding_rates', entry.symbol, time, {
    kind: 'running',
    rate: textOf(entry.fundingRate),
    funding_time: msTime(entry.nextFundingTime),
    interval_seconds: fundingInterval(entry, mapping),
    mark_price: textOf(entry.markPrice),
    index_price: textOf(entry.indexPrice),
  });
}

function openInterestOf(entry: JsonObject) {
  const value = oneSide(entry.singleOpenInterestValue, entry.openInterestValue);
  return {
    open_interest: oneSide(entry.singleOpenInterest, entry.openInterest),
    open_interest_value: value,
    value_basis: value === null ? null : 'reported',
  };
}

function fundingInterval(entry: JsonObject, mapping: Mapping): number | null {
  const hours = integerOf(entry.fundingIntervalHour);
  if (hours !== null && hours > 0) return hours * 3600;
  return mapping.reference.instruments.get(String(entry.symbol))?.funding_interval_seconds ?? null;
}

function mapOpenInterestHistory(entry: JsonObject, { result }: Content, mapping: Mapping): void {
  mapping.row('open_interest', result.symbol ?? mapping.parameter('symbol'), msTime(entry.timestamp), {
    ...openInterestOf(entry),
    period_seconds: intervalSeconds(mapping.parameter('intervalTime')),
  });
}

function mapFundingRate(entry: JsonObject, _content: Content, mapping: Mapping): void {
  const time = msTime(entry.fundingRateTimestamp);
  mapping.row('funding_rates', entry.symbol ?? mapping.parameter('symbol'), time, {
    kind: 'settled',
    rate: textOf(entry.fundingRate),
    funding_time: time === null ? null : floorTo(time + minute / 2, minute),
  });
}

/** `fundingInterval` is in minutes. What a linear contract settles in is what it is quoted in. */
function mapInstrument(entry: JsonObject, _content: Content, mapping: Mapping): void {
  const type = entryOf(types, entry.contractType);
  if (type === undefined) {
    mapping.ignore(`instruments of ${entry.symbol}: no linear contract`);
    return;
  }
  const base = textOf(entry.baseCoin);
  const quote = textOf(entry.settleCoin) ?? textOf(entry.quoteCoin);
  const delivery = msTime(entry.deliveryTime);
  const expiry = expiryOf(String(entry.symbol)) ?? (delivery === null ? null : isoDate(delivery).replaceAll('-', ''));
  if (base === null || quote === null || (type === 'future' && expiry === null)) {
    mapping.reject(`instruments of ${entry.symbol}: base, quote or expiry is missing`);
    return;
  }
  const minutes = integerOf(entry.fundingInterval);
  mapping.instrument(
    entry.symbol,
    type === 'perpetual' || expiry === null ? { base, quote, type: 'perpetual' } : { base, quote, type, expiry },
    {
      settle: quote,
      contract_size: '1',
      price_tick: textOf(objectOf(entry.priceFilter)?.tickSize),
      size_step: textOf(objectOf(entry.lotSizeFilter)?.qtyStep),
      funding_interval_seconds: type === 'perpetual' && minutes !== null && minutes > 0 ? minutes * 60 : null,
      status: textOf(entry.status)?.toLowerCase() ?? null,
      listed_time: msTime(entry.launchTime),
      expiry_time: type === 'perpetual' ? null : delivery,
    },
  );
}

const types: Readonly<Record<string, 'perpetual' | 'future'>> = {
  LinearPerpetual: 'perpetual',
  LinearFutures: 'future',
};

function mapTrade(entry: JsonObject, _content: Content, mapping: Mapping): void {
  mapping.row('trades', entry.symbol ?? mapping.parameter('symbol'), msTime(entry.time), {
    trade_id: textOf(entry.execId),
    side: aggressor(entry.side),
    price: textOf(entry.price),
    size: textOf(entry.size),
    off_book: entry.isBlockTrade === true,
  });
}

/** `[start, open, high, low, close, volume, turnover]`; a candle is closed once the venue's own time is past its end. */
const candles = enveloped(['/v5/market/kline'], ({ result, time }, mapping) => {
  const symbol = result.symbol ?? mapping.parameter('symbol');
  const interval = mapping.parameter('interval');
  const width = (secondsOfInterval(interval) ?? 0) * second;
  for (const value of arrayOf(result.list) ?? [null]) {
    const candle = arrayOf(value);
    if (candle === null) {
      mapping.reject('candles: no array');
      continue;
    }
    const [start, open, high, low, close, volume, turnover] = candle;
    const end = (msTime(start) ?? 0) + width;
    const confirm = end <= (time ?? mapping.received);
    mapCandle({ start, open, high, low, close, volume, turnover, interval, confirm }, symbol, mapping);
  }
});

const books = enveloped(
  ['/v5/market/orderbook', '/v5/market/full_orderbook', '/v5/market/rpi_orderbook'],
  ({ result, time }, mapping) => mapOrderBook(result, result.cts, msTime(result.ts) ?? time, true, mapping),
);

/** The mappers of Bybit's REST replies. */
export const replies: readonly ReplyMapper[] = [
  listed(['/v5/market/tickers'], mapTicker),
  listed(['/v5/market/open-interest'], mapOpenInterestHistory),
  listed(['/v5/market/funding/history'], mapFundingRate),
  listed(['/v5/market/instruments-info'], mapInstrument),
  listed(['/v5/market/recent-trade'], mapTrade),
  candles,
  books,
  ignored(
    ['/v5/market/mark-price-kline', '/v5/market/index-price-kline', '/v5/market/premium-index-price-kline'],
    'candles of a computed price: not recorded',
  ),
  ignored(
    [
      '/v5/market/account-ratio',
      '/v5/market/delivery-price',
      '/v5/market/historical-volatility',
      '/v5/market/insurance',
      '/v5/market/risk-limit',
      '/v5/market/price-limit',
      '/v5/market/time',
    ],
    'not recorded',
  ),
];
