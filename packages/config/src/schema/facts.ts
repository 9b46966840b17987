import type { ExchangeFacts, OptionsSchema } from './exchange.ts';

/** Exchanges that are collected without being named in any source. */
export const defaultExchanges: readonly string[] = ['binance', 'bybit', 'hyperliquid', 'backpack'];

/** Options that native adapters bring along, by exchange id. */
export type Extensions = Readonly<Record<string, OptionsSchema>>;

/** A key of a value that may be anything; undefined where it is no mapping or lacks the key. */
export function keyOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** The keys of a value that may be anything; none where it is no mapping. */
export function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** Whether a native adapter exists: one of the default exchanges, or one that brought its options. */
export function isNative(exchange: string, extensions: Extensions): boolean {
  return Object.hasOwn(extensions, exchange) || defaultExchanges.includes(exchange);
}

/** The venue that an entry under `exchanges` is about: its `exchange`, else its key. */
export function venueOf(id: string, entry: unknown): string {
  const exchange = keyOf(entry, 'exchange');
  return typeof exchange === 'string' && exchange !== '' ? exchange : id;
}

/** What is known of each exchange that is configured, by default, by an adapter, or in a section `exchanges`. */
export function factsOf(exchanges: unknown, extensions: Extensions): Record<string, ExchangeFacts> {
  const ids = new Set([...defaultExchanges, ...Object.keys(extensions), ...keysOf(exchanges)]);
  return Object.fromEntries(
    [...ids].map((id) => {
      const entry = keyOf(exchanges, id);
      const exchange = venueOf(id, entry);
      const own = keyOf(entry, 'engine') !== 'ccxt' && Object.hasOwn(extensions, exchange);
      return [
        id,
        { exchange, native: isNative(exchange, extensions), options: own ? extensions[exchange] : undefined },
      ];
    }),
  );
}

/** Facts of the exchanges that brought options. */
export function factsOfExtensions(extensions: Extensions): Record<string, ExchangeFacts> {
  return Object.fromEntries(
    Object.entries(extensions).map(([exchange, options]) => [exchange, { exchange, native: true, options }]),
  );
}
