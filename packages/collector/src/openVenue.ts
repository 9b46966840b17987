import { type Config, milliseconds, proxyFor } from '@feedlake/config';
import { nativeAdapters } from '@feedlake/exchanges';
import type { Logger } from '@feedlake/telemetry';
import { RestClient, type RestRules } from '@feedlake/transport';
import { Venue } from './venue.ts';

/** An exchange that can't be opened with these settings; the message says which one would mend it. */
export class VenueSettingsError extends Error {
  override readonly name = 'VenueSettingsError';
}

/**
 * Opens an exchange as the settings have it. Nothing is connected yet; close the venue's client in the end.
 * @throws VenueSettingsError when the exchange is not configured, or has no adapter.
 */
export function openVenue(config: Config, id: string, logger: Logger, signal: AbortSignal): Venue {
  const settings = Object.hasOwn(config.exchanges, id) ? config.exchanges[id] : undefined;
  const adapter = nativeAdapters[settings?.exchange ?? id];
  if (settings === undefined || adapter === undefined || settings.engine !== 'native') {
    const known = Object.keys(nativeAdapters).join(', ');
    throw new VenueSettingsError(`exchange ${id}: no adapter for it in this version; there are ${known}`);
  }
  const { rest, endpoints, rate_limit } = settings;
  const client = new RestClient({
    exchange: id,
    rules: withShare(adapter.rest, rate_limit.share),
    ...(endpoints.rest !== undefined && { hosts: endpoints.rest }),
    proxies: proxyFor(config, id, 'rest'),
    timeoutMs: milliseconds(rest.timeout),
    retries: rest.retries,
    concurrency: rest.concurrency,
    logger,
    signal,
  });
  return new Venue(id, adapter, client);
}

/** Budgets are kept per address: a share of them leaves room for others behind the same one. */
function withShare(rules: RestRules, share: number): RestRules {
  const budgets = rules.budgets.map((budget) => ({ ...budget, capacity: Math.floor(budget.capacity * share) }));
  return { ...rules, budgets };
}
