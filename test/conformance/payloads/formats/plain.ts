import { strictJson } from '../lenient.ts';
import { infoReply, type PayloadLine, reply, streamed } from '../line.ts';
import { parseVerbatim } from '../verbatim.ts';
import { nonEmptyLines } from './recorded-requests.ts';

/**
 * A file that is the message or the body itself. What it answers is told by its name: `paths` (`GET`) and `bodies`
 * (`POST /info`) below; every other is a message of a stream.
 */
export function readPlain(text: string, file: string): PayloadLine[] {
  const name = file.slice(file.indexOf('/') + 1).replace(/\.json$/, '');
  const body = strictJson(text);
  const path = paths[name];
  const sent = bodies[name];
  if (path !== undefined) return [reply(path, body)];
  return [sent === undefined ? streamed(body) : infoReply(sent, body)];
}

/** Cryptofeed's captures, `{url, receivedAt, body}` or `{t, msg}` a line: receipt times are in seconds. */
export function readCryptofeed(text: string, file: string): PayloadLine[] {
  if (file.endsWith('.jsonl')) return nonEmptyLines(text).map(readCapture);
  const { body } = parseVerbatim(text) as { body?: unknown };
  if (body === undefined) return readPlain(text, file);
  const { url, receivedAt } = JSON.parse(text) as { url: string; receivedAt: number };
  return [reply(url.replace(/^https:\/\/[^/]+/, ''), JSON.stringify(body), isoOfSeconds(receivedAt))];
}

function readCapture(line: string): PayloadLine {
  const { msg } = parseVerbatim(line) as { msg: unknown };
  const { t } = JSON.parse(line) as { t: number };
  return streamed(JSON.stringify(msg), isoOfSeconds(t));
}

function isoOfSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

const paths: Readonly<Record<string, string>> = {
  'binance-usdm/exchangeInfo_sushiusdt_akrousdt': '/fapi/v1/exchangeInfo',
  'binance-usdm/http_futures_market_agg_trades': '/fapi/v1/aggTrades',
  'binance-usdm/http_futures_market_book_ticker': '/fapi/v1/ticker/bookTicker',
  'binance-usdm/http_futures_market_funding_rate': '/fapi/v1/fundingRate',
  'binance-usdm/http_futures_market_historical_trades': '/fapi/v1/historicalTrades',
  'binance-usdm/http_futures_market_index_info': '/fapi/v1/indexInfo',
  'binance-usdm/http_futures_market_index_price_klines': '/fapi/v1/indexPriceKlines',
  'binance-usdm/http_futures_market_klines': '/fapi/v1/klines',
  'binance-usdm/http_futures_market_open_interest_historical': '/futures/data/openInterestHist',
  'binance-usdm/http_futures_market_taker_long_short_ratio': '/futures/data/takerlongshortRatio',
  'binance-usdm/http_futures_market_ticker_price': '/fapi/v1/ticker/price',
  'bybit-linear/http_get_funding_history': '/v5/market/funding/history',
  'bybit-linear/http_get_instruments_inverse_symbol_type': '/v5/market/instruments-info',
  'bybit-linear/http_get_instruments_linear': '/v5/market/instruments-info',
  'bybit-linear/http_get_instruments_option': '/v5/market/instruments-info?category=option',
  'bybit-linear/http_get_order_partially_filled_rejected': '/v5/order/realtime',
  'bybit-linear/http_get_orderbook': '/v5/market/orderbook',
  'bybit-linear/http_get_trades_recent': '/v5/market/recent-trade',
  'bybit-linear/full-ob_0': '/v5/market/full_orderbook',
  'bybit-linear/history-fund-rate_0': '/v5/market/funding/history',
  'bybit-linear/index-kline_0': '/v5/market/index-price-kline',
  'bybit-linear/instrument_0': '/v5/market/instruments-info',
  'bybit-linear/kline_0': '/v5/market/kline',
  'bybit-linear/long-short-ratio_0': '/v5/market/account-ratio',
  'bybit-linear/open-interest_0': '/v5/market/open-interest',
  'bybit-linear/rpi-orderbook_0': '/v5/market/rpi_orderbook',
  'bybit-linear/tickers_0': '/v5/market/tickers',
};

const bodies: Readonly<Record<string, string>> = {
  'hyperliquid/http_funding_history': '{"type":"fundingHistory","coin":"BTC"}',
  'hyperliquid/http_l2_book_snapshot': '{"type":"l2Book","coin":"BTC"}',
  'hyperliquid/http_meta_perp_sample': '{"type":"meta"}',
  'hyperliquid/metaAndAssetCtxs_open': '{"type":"metaAndAssetCtxs"}',
  'hyperliquid/candleSnapshot-btc-1h': '{"type":"candleSnapshot","req":{"coin":"BTC","interval":"1h"}}',
};
