import { infoReply, type PayloadLine, reply, streamed } from '../line.ts';
import { parseVerbatim } from '../verbatim.ts';

type Sample = Readonly<Record<string, unknown>> | readonly unknown[];
type Read = (sample: Sample) => PayloadLine;

/**
 * `[{line, payload}]`: samples out of the comments of ccxt, named by the function that they stand in. Where a comment
 * shows one entry of a list, the list that the venue sends is put around it again.
 */
export function readCcxtComments(text: string, file: string): PayloadLine[] {
  const [, venue = '', name = ''] = file.replace(/\.json$/, '').split('/');
  const read = readers[`${venue}/${name}`] ?? (name.startsWith('ws_') ? message : unknownEndpoint(name));
  return (parseVerbatim(text) as { payload: Sample }[]).map(({ payload }) => read(payload));
}

const message: Read = (sample) => streamed(JSON.stringify(sample));
const unknownEndpoint =
  (name: string): Read =>
  (sample) =>
    reply(`/${name}`, JSON.stringify(sample));
const from =
  (path: string): Read =>
  (sample) =>
    reply(path, JSON.stringify(sample));
const fromInfo =
  (body: string): Read =>
  (sample) =>
    infoReply(body, JSON.stringify(sample));

const has = (sample: Sample, field: string): boolean => field in (Array.isArray(sample) ? (sample[0] ?? {}) : sample);

/** Entries of Binance's tickers are of several endpoints; only spot ones know the last close of the day before. */
const binanceTicker: Read = (sample) => {
  if (has(sample, 'lastFundingRate')) return from('/fapi/v1/premiumIndex')(sample);
  if (has(sample, 'prevClosePrice')) return from('/api/v3/ticker/24hr')(sample);
  return from(has(sample, 'lastPrice') ? '/fapi/v1/ticker/24hr' : '/fapi/v1/ticker/bookTicker')(sample);
};

const binanceTrade: Read = (sample) => {
  if (has(sample, 'orderId') || has(sample, 'commission')) return from('/fapi/v1/userTrades')(sample);
  return from(has(sample, 'a') ? '/fapi/v1/aggTrades' : '/fapi/v1/trades')(sample);
};

const bybitEntry =
  (path: string): Read =>
  (entry) =>
    from(path)({ retCode: 0, retMsg: 'OK', result: { list: [entry] } });

/** ccxt joins the entry of the universe and the context of a coin into one object. */
const joinedContext: Read = (entry) => fromInfo('{"type":"metaAndAssetCtxs"}')([{ universe: [entry] }, [entry]]);

const readers: Readonly<Record<string, Read>> = {
  'binance/rest_fetchMarkets': from('/fapi/v1/exchangeInfo'),
  'binance/rest_fetchOrderBook': from('/fapi/v1/depth'),
  'binance/rest_parseTicker': binanceTicker,
  'binance/rest_fetchOHLCV': from('/fapi/v1/klines?symbol=ETHBTC&interval=1m'),
  'binance/rest_parseTrade': binanceTrade,
  'binance/rest_fetchTrades': binanceTrade,
  'binance/rest_fetchFundingRateHistory': from('/fapi/v1/fundingRate'),
  'binance/rest_parseFundingRate': (sample) =>
    has(sample, 'lastFundingRate') ? from('/fapi/v1/premiumIndex')(sample) : from('/fapi/v1/fundingInfo')([sample]),
  'binance/rest_fetchFundingIntervals': from('/fapi/v1/fundingInfo'),
  'binance/rest_fetchOpenInterest': from('/fapi/v1/openInterest'),
  'binance/rest_fetchOpenInterestHistory': from('/futures/data/openInterestHist'),
  'bybit/rest_fetchTime': from('/v5/market/time'),
  'bybit/rest_fetchTicker': from('/v5/market/tickers'),
  'bybit/rest_fetchOHLCV': from('/v5/market/kline'),
  'bybit/rest_parseFundingRate': bybitEntry('/v5/market/tickers'),
  'bybit/rest_fetchFundingRates': from('/v5/market/tickers'),
  'bybit/rest_parseTrade': (sample) =>
    has(sample, 'isBlockTrade')
      ? bybitEntry('/v5/market/recent-trade')(sample)
      : bybitEntry('/v5/execution/list')(sample),
  'bybit/rest_fetchTrades': from('/v5/market/recent-trade'),
  'bybit/rest_fetchOrderBook': from('/v5/market/orderbook'),
  'bybit/rest_fetchDerivativesOpenInterestHistory': from('/v5/market/open-interest'),
  'bybit/rest_fetchOpenInterest': from('/v5/market/open-interest'),
  'bybit/rest_handleErrors': from('/v5/market/tickers'),
  'bybit/ws_parseWsLiquidation': (entry) =>
    message(
      has(entry, 'updatedTime')
        ? { topic: 'liquidation.GALAUSDT', type: 'snapshot', data: entry }
        : { topic: 'allLiquidation.ROSEUSDT', type: 'snapshot', data: [entry] },
    ),
  'hyperliquid/rest_fetchTime': fromInfo('{"type":"exchangeStatus"}'),
  'hyperliquid/rest_parseFundingRate': joinedContext,
  'hyperliquid/rest_parseOpenInterest': joinedContext,
  'hyperliquid/rest_fetchOHLCV': fromInfo('{"type":"candleSnapshot"}'),
  'hyperliquid/rest_fetchFundingRateHistory': fromInfo('{"type":"fundingHistory"}'),
  'hyperliquid/rest_fetchOpenOrders': fromInfo('{"type":"openOrders"}'),
  'hyperliquid/rest_fetchPositions': fromInfo('{"type":"clearinghouseState"}'),
  'hyperliquid/rest_parseTrade': (fill) => fromInfo('{"type":"userFills"}')([fill]),
  'hyperliquid/ws_parseWsTrade': (entry) =>
    message(
      has(entry, 'oid') ? { channel: 'userFills', data: { fills: [entry] } } : { channel: 'trades', data: [entry] },
    ),
  'backpack/rest_parseFundingRate': from('/api/v1/markPrices'),
  'backpack/rest_fetchFundingRateHistory': from('/api/v1/fundingRates'),
};
