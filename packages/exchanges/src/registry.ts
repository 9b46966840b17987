import type { Extensions } from '@feedlake/config';
import type { ExchangeAdapter } from './adapter.ts';
import { backpack } from './backpack/index.ts';
import { binance } from './binance/index.ts';
import { bybit } from './bybit/index.ts';
import { hyperliquid } from './hyperliquid/index.ts';

export { ccxtIds } from './ccxt/ids.ts';

/** The native adapters, by exchange id. */
export const nativeAdapters: Readonly<Record<string, ExchangeAdapter>> = { binance, bybit, hyperliquid, backpack };

/** The options that the native adapters bring along, by exchange id. */
export const nativeOptions: Extensions = Object.fromEntries(
  Object.entries(nativeAdapters).map(([id, { options }]) => [id, options]),
);
