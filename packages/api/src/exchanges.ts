import type { Config } from '@feedlake/config';
import { type ExchangeAdapter, nativeAdapters } from '@feedlake/exchanges';

/** An exchange of the settings, as far as the API tells of it. Nothing in it is secret. */
export interface ApiExchange {
  readonly id: string;
  /** The exchange itself, where the id is another name for it. */
  readonly exchange: string;
  readonly engine: 'native' | 'ccxt';
  readonly enabled: boolean;
  /** Datasets that are streamed. */
  readonly channels: readonly string[];
  readonly symbols: 'all' | readonly string[];
}

/** The exchanges of the settings. */
export function exchangesOf(config: Config): ApiExchange[] {
  return Object.entries(config.exchanges).map(([id, { exchange, engine, enabled, channels, symbols }]) => {
    return { id, exchange: exchange ?? id, engine, enabled, channels, symbols };
  });
}

/** The adapter that knows an exchange's own names; null for those of ccxt. */
export function adapterOf({ exchange, engine }: ApiExchange): ExchangeAdapter | null {
  return engine === 'native' ? (nativeAdapters[exchange] ?? null) : null;
}
