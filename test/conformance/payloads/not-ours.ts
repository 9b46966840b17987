/**
 * Files, or single messages of a file (`file#index`, from 0), that hold no market data of ours and become no rows: by
 * the reason why. Everything that is not named here has to map.
 */
const notOurs: Readonly<Record<string, readonly string[]>> = {
  'private data of an account': [
    'ccxt-comments/backpack/ws_parseWsPosition.json',
    'ccxt-comments/binance/rest_fetchOpenOrder.json',
    'ccxt-comments/binance/rest_fetchPosition.json',
    'ccxt-comments/binance/rest_parseLiquidation.json',
    ...[3, 4, 5, 6, 8, 9, 10, 11].map((index) => `ccxt-comments/binance/rest_parseTrade.json#${index}`),
    'ccxt-comments/binance/ws_parseWsPosition.json',
    'ccxt-comments/bybit/rest_fetchPositions.json',
    'ccxt-comments/bybit/rest_parseLiquidation.json',
    'ccxt-comments/bybit/rest_parseTrade.json',
    'ccxt-comments/bybit/ws_handleOrder.json',
    'ccxt-comments/bybit/ws_handlePositions.json',
    'ccxt-comments/hyperliquid/rest_fetchOpenOrders.json',
    'ccxt-comments/hyperliquid/rest_fetchPositions.json',
    'ccxt-comments/hyperliquid/rest_parseTrade.json',
    'hummingbot/backpack/backpack_perpetual_api_user_stream_data_source.json',
    'hummingbot/binance-usdm/binance_perpetual_user_stream_data_source.json',
    'hummingbot/hyperliquid/hyperliquid_perpetual_user_stream_data_source.json',
    'hyperliquid-python-sdk/hyperliquid/get_open_orders.json',
    'hyperliquid-python-sdk/hyperliquid/get_user_fills.json',
    'hyperliquid-python-sdk/hyperliquid/get_user_state.json',
    'jkorf-net/binance-usdm/TradeUpdate.json',
    'nautilus/bybit-linear/http_get_order_partially_filled_rejected.json',
    'public-notes/backpack/orderAccepted_20240331.jsonl',
  ],
  'page of documentation without a sample': [
    'official-docs-copy/backpack/doc_get_all_mark_prices.md',
    'official-docs-copy/backpack/doc_get_balances.md',
    'official-docs-copy/backpack/doc_get_depth.md',
    'official-docs-copy/backpack/doc_get_fill_history.md',
    'official-docs-copy/backpack/doc_get_k_lines.md',
    'official-docs-copy/backpack/doc_get_markets.md',
    'official-docs-copy/backpack/doc_get_open_interest.md',
    'official-docs-copy/backpack/doc_get_open_order.md',
    'official-docs-copy/backpack/doc_get_open_positions.md',
    'official-docs-copy/backpack/doc_get_recent_trades.md',
    'official-docs-copy/backpack/doc_get_tickers.md',
  ],
  'ratio of accounts, positions or takers: no dataset': [
    'bybit-docs/bybit-linear/long-short-ratio_0.json',
    ...[0, 1, 3, 4, 5, 6].map(
      (index) => `gocryptotrader/binance-usdm/futures_data_globalLongShortAccountRatio_${index}.json`,
    ),
    'gocryptotrader/binance-usdm/futures_data_takerBuySellVol_0.json',
    'gocryptotrader/binance-usdm/futures_data_topLongShortAccountRatio_0.json',
    'gocryptotrader/binance-usdm/futures_data_topLongShortPositionRatio_1.json',
    'gocryptotrader/binance-usdm/futures_data_topLongShortPositionRatio_4.json',
    'jkorf-net/bybit-linear/GetLongShortRatio.json',
    'nautilus/binance-usdm/http_futures_market_taker_long_short_ratio.json',
  ],
  'index, composition, limit or volatility: no dataset': [
    'bybit-docs/bybit-linear/ws_order-price-limit_1.json',
    'jkorf-net/binance-usdm/CompositIndex.json',
    'jkorf-net/binance-usdm/GetAssetIndexes.json',
    'jkorf-net/binance-usdm/SymbolUpdates.json',
    'jkorf-net/bybit-linear/GetHistoricalVolatility.json',
    'nautilus/binance-usdm/http_futures_market_index_info.json',
  ],
  'candles of an index or premium: no trades in them': [
    'bybit-docs/bybit-linear/index-kline_0.json',
    'jkorf-net/binance-usdm/GetIndexPriceKlines.json',
    'jkorf-net/bybit-linear/GetPremiumIndexPriceKlines.json',
    'nautilus/binance-usdm/http_futures_market_index_price_klines.json',
  ],
  'mid prices of all coins: no column': [
    'ccxt-comments/hyperliquid/ws_handleWsTickers.json',
    'hyperliquid-python-sdk/hyperliquid/get_all_mids.json',
    'jkorf-net/hyperliquid/GetPrices.json',
  ],
  'funding intervals: go into the reference (card C04), not into rows': [
    'ccxt-comments/binance/rest_fetchFundingIntervals.json',
    'gocryptotrader/binance-usdm/fapi_v1_fundingInfo_0.json',
    'jkorf-net/binance-usdm/GetFundingInfo.json',
  ],
  'inverse contract': [
    'bybit-docs/bybit-linear/kline_0.json',
    'bybit-docs/bybit-linear/open-interest_0.json',
    'bybit-docs/bybit-linear/tickers_0.json',
    'ccxt-comments/bybit/rest_fetchDerivativesOpenInterestHistory.json',
    'ccxt-comments/bybit/rest_fetchOHLCV.json',
    'ccxt-comments/bybit/rest_fetchOpenInterest.json',
    'ccxt-comments/bybit/rest_fetchTicker.json',
    'gocryptotrader/binance-usdm/futures_data_openInterestHist_4.json',
    'jkorf-net/bybit-linear/GetKlines.json',
    'nautilus/bybit-linear/http_get_instruments_inverse_symbol_type.json',
  ],
  'spot or margin': [
    'ccxt-comments/backpack/ws_handleOHLCV.json',
    'ccxt-comments/backpack/ws_parseWsTicker.json',
    'ccxt-comments/binance/rest_fetchMarkets.json#0',
    'ccxt-comments/binance/rest_parseTicker.json#1',
    'ccxt-comments/binance/ws_handleBidsAsks.json',
    'ccxt-comments/binance/ws_handleOrderBook.json',
    'ccxt-comments/binance/ws_handleTickers.json',
    'ccxt-comments/bybit/rest_fetchTrades.json',
    'jkorf-net/bybit-linear/GetTradeHistory.json',
    'jkorf-net/hyperliquid/GetAssetInfo.json',
    'jkorf-net/hyperliquid/GetKlines.json',
    'jkorf-net/hyperliquid/GetOrderBook.json',
    'public-notes/backpack/trades_20260217.jsonl',
    'tardis/hyperliquid/hyperliquid_messages__activeSpotAssetCtx.json',
  ],
  'option or share': [
    'bybit-docs/bybit-linear/instrument_0.json',
    'bybit-docs/bybit-linear/ws_ticker_0.json',
    'ccxt-comments/binance/rest_fetchMarkets.json#3',
    'ccxt-comments/binance/rest_fetchMarkets.json#4',
    'ccxt-comments/binance/rest_fetchOHLCV.json#1',
    'ccxt-comments/binance/rest_fetchTrades.json#3',
    'ccxt-comments/binance/rest_parseTrade.json#7',
    'nautilus/bybit-linear/http_get_instruments_option.json',
  ],
  'control message, time or status': [
    'bybit-docs/bybit-linear/ws_orderbook-rpi_0.json',
    'ccxt-comments/binance/ws_handleSubscriptionStatus.json',
    'ccxt-comments/bybit/rest_fetchTime.json',
    'ccxt-comments/hyperliquid/rest_fetchTime.json',
    'gocryptotrader/binance-usdm/fapi_v1_time_0.json',
    'nautilus/bybit-linear/ws_auth_success.json',
  ],
  'error of the venue, or answer to a wrong request': [
    'arbitrage-observatory/backpack/errors.jsonl',
    'arbitrage-observatory/backpack/rest_errors.jsonl',
    'arbitrage-observatory/hyperliquid/acks_errors_pong.jsonl',
    'arbitrage-observatory/hyperliquid/rest_errors.jsonl',
    'ccxt-comments/bybit/rest_handleErrors.json',
    'gocryptotrader/binance-usdm/fapi_v1_fundingRate_2.json',
    'nautilus/bybit-linear/ws_subscription_failure.json',
  ],
  'made up incomplete, or in the shape of another or a long gone API': [
    'hummingbot/backpack/backpack_perpetual_api_order_book_data_source.json#3',
    'hummingbot/backpack/backpack_perpetual_api_order_book_data_source.json#4',
    'hummingbot/bybit-linear/bybit_perpetual_api_order_book_data_source.json#1',
    'hummingbot/bybit-linear/bybit_perpetual_api_order_book_data_source.json#3',
    'hummingbot/bybit-linear/bybit_perpetual_api_order_book_data_source.json#6',
    'hummingbot/bybit-linear/bybit_perpetual_api_order_book_data_source.json#7',
    'hummingbot/hyperliquid/hyperliquid_perpetual_api_order_book_data_source.json#6',
    'hummingbot/hyperliquid/hyperliquid_perpetual_api_order_book_data_source.json#8',
    'hummingbot/hyperliquid/hyperliquid_perpetual_api_order_book_data_source.json#9',
    'hummingbot/hyperliquid/hyperliquid_perpetual_api_order_book_data_source.json#15',
    'hummingbot/hyperliquid/hyperliquid_perpetual_api_order_book_data_source.json#16',
  ],
};

/** Messages that lack one main value: what is rejected of them, beside the rows that they do become. */
export const incomplete: Readonly<Record<string, readonly string[]>> = {
  'hummingbot/hyperliquid/hyperliquid_perpetual_api_order_book_data_source.json#14': [
    'open_interest of ETH: open_interest is missing',
  ],
};

/** Messages without a topic that no venue sends: what a client sends, and what was made up. */
export const notSent: readonly string[] = [
  'bybit-docs/bybit-linear/ws_orderbook-rpi_0.json#0',
  ...[6, 8, 9, 15, 16].map(
    (index) => `hummingbot/hyperliquid/hyperliquid_perpetual_api_order_book_data_source.json#${index}`,
  ),
];

/** Messages whose topic does not name the instrument: that of an account, and samples with one of another instrument. */
export const otherTopic: readonly string[] = [
  'nautilus/hyperliquid/ws_user_fill_liquidation.json#0',
  'jkorf-net/binance-usdm/BookTicker.json#1',
  'jkorf-net/bybit-linear/Trades.json#1',
  ...[0, 1, 2, 3].map((index) => `hummingbot/binance-usdm/binance_perpetual_api_order_book_data_source.json#${index}`),
];

const reasons = new Map(
  Object.entries(notOurs).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);

/** Why a file, or one message of it, is no data of ours; null when it has to map. */
export function whyNotOurs(file: string, index?: number): string | null {
  return reasons.get(index === undefined ? file : `${file}#${index}`) ?? null;
}

/** Every name on the list, to see that none is there without need. */
export const listed: readonly string[] = [...reasons.keys()];
