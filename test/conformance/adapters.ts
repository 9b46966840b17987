import { type ExchangeAdapter, nativeAdapters } from '@feedlake/exchanges';

/**
 * The native adapter of a venue.
 * @throws Error when there is none.
 */
export function adapterOf(venue: string): ExchangeAdapter {
  const adapter = nativeAdapters[venue];
  if (adapter === undefined) throw new Error(`no adapter for ${venue}`);
  return adapter;
}
