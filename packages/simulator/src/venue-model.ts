import { backpackMarkets } from './backpack/markets.ts';
import { backpackApi } from './backpack/rest.ts';
import { type BackpackOptions, backpackStreams } from './backpack/streams.ts';
import { binanceMarkets, coinMarginedMarkets } from './binance/markets.ts';
import { binanceApi } from './binance/rest.ts';
import { binanceStreams } from './binance/streams.ts';
import { bybitMarkets } from './bybit/markets.ts';
import { type BybitOptions, bybitApi } from './bybit/rest.ts';
import { bybitStreams } from './bybit/streams.ts';
import { hyperliquidDexes } from './hyperliquid/markets.ts';
import { type HyperliquidOptions, hyperliquidApi } from './hyperliquid/rest.ts';
import { hyperliquidStreams } from './hyperliquid/streams.ts';
import { paced } from './model/market.ts';
import { paceOf, type StreamOptions } from './model/pace.ts';
import type { StreamProtocol } from './stream/protocol.ts';
import type { VenueApi, VenueId } from './venue.ts';

/** What can be set of the venues' markets. */
export interface ModelOptions {
  readonly seed?: number;
  readonly symbols?: number;
  readonly streams?: StreamOptions;
  readonly bybit?: BybitOptions;
  readonly hyperliquid?: HyperliquidOptions;
  readonly backpack?: BackpackOptions;
}

/** One market, spoken of by REST and by streams alike. */
export interface VenueModel {
  readonly api: VenueApi;
  readonly streams: StreamProtocol;
}

/**
 * The models of the venues; made when they are asked for.
 * @param start when the simulation starts, in microseconds.
 * @throws RangeError for a rate that can't be had.
 */
export function modelsOf(options: ModelOptions, start: number): Record<VenueId, () => VenueModel> {
  const { seed = 1, symbols = 500 } = options;
  const share = (part: number) => Math.max(8, Math.round(symbols * part));
  const pace = paceOf(options.streams);
  return {
    binance() {
      const markets = paced(binanceMarkets(seed, start, share(1)), pace);
      const coinMargined = paced(coinMarginedMarkets(seed, start), pace);
      return { api: binanceApi(markets), streams: binanceStreams(markets, coinMargined) };
    },
    bybit() {
      const markets = paced(bybitMarkets(seed, start, share(0.9)), pace);
      return { api: bybitApi(markets, options.bybit), streams: bybitStreams(markets, options.bybit) };
    },
    hyperliquid() {
      const dexes = hyperliquidDexes(seed, start, share(0.4)).map((dex) => ({
        ...dex,
        markets: paced(dex.markets, pace),
      }));
      return { api: hyperliquidApi(dexes, options.hyperliquid), streams: hyperliquidStreams(dexes) };
    },
    backpack() {
      const markets = paced(backpackMarkets(seed, start, share(0.16)), pace);
      return { api: backpackApi(markets), streams: backpackStreams(markets, options.backpack) };
    },
  };
}
