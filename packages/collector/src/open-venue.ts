import { type Config, type ExchangeConfig, milliseconds, proxyFor } from '@feedlake/config';
import { ccxtIds, type ExchangeAdapter, nativeAdapters } from '@feedlake/exchanges';
import type { Logger } from '@feedlake/telemetry';
import { ProxyPool, RestClient, type RestClientOptions, type RestRules } from '@feedlake/transport';
import { CcxtVenue } from './ccxt-venue.ts';
import { NativeVenue } from './native-venue.ts';
import type { Venue } from './venue.ts';

/** An exchange that can't be opened with these settings; the message says which one would mend it. */
export class VenueSettingsError extends Error {
  override readonly name = 'VenueSettingsError';
}

/**
 * Opens an exchange as the settings have it. Nothing is connected yet; close the venue in the end.
 * @param hooks what is told of its requests; a pool of proxies that is shared with others
 * @throws VenueSettingsError when the exchange is not configured, or neither an adapter nor ccxt knows it.
 */
export function openVenue(
  config: Config,
  id: string,
  logger: Logger,
  signal: AbortSignal,
  hooks: Pick<RestClientOptions, 'metrics' | 'onReply' | 'pool' | 'clock'> = {},
): Venue {
  const settings = settingsOf(config, id);
  const pool = hooks.pool ?? openPool(config, id, logger);
  const shared = { ...hooks, pool, logger, signal };
  if (settings.engine === 'native') {
    const { adapter, rest } = restOf(config, id);
    return new NativeVenue(id, adapter, new RestClient({ ...rest, ...shared }));
  }
  const { exchange, options, rate_limit, rest } = settings;
  if (!ccxtIds.includes(exchange)) {
    throw new VenueSettingsError(`exchange ${id}: neither feedlake nor ccxt knows an exchange ${exchange}`);
  }
  const clients = new Map<string, RestClient>();
  return new CcxtVenue({
    id,
    exchange,
    options,
    share: rate_limit.share,
    concurrency: rest.concurrency,
    connect(rules) {
      const requests = requestOptions(id, settings, rules);
      const key = (requests.hosts ?? rules.hosts).join(' ');
      const client = clients.get(key) ?? new RestClient({ ...requests, ...shared });
      clients.set(key, client);
      return client;
    },
  });
}

/**
 * The adapter of an exchange, and how the settings have its REST API used.
 * @throws VenueSettingsError when the exchange is not configured, or has no adapter.
 */
export function restOf(config: Config, id: string): { adapter: ExchangeAdapter; rest: RestClientOptions } {
  const settings = settingsOf(config, id);
  const adapter = nativeAdapters[settings.exchange];
  if (adapter === undefined || settings.engine !== 'native') {
    const known = Object.keys(nativeAdapters).join(', ');
    throw new VenueSettingsError(`exchange ${id}: it goes through ccxt; adapters of our own are ${known}`);
  }
  return { adapter, rest: requestOptions(id, settings, withShare(adapter.rest, settings.rate_limit.share)) };
}

function settingsOf(config: Config, id: string): ExchangeConfig {
  const settings = Object.hasOwn(config.exchanges, id) ? config.exchanges[id] : undefined;
  if (settings === undefined)
    throw new VenueSettingsError(`exchange ${id}: not configured; add it under \`exchanges\``);
  return settings;
}

function requestOptions(
  id: string,
  { rest, endpoints, timeouts }: ExchangeConfig,
  rules: RestRules,
): RestClientOptions {
  return {
    exchange: id,
    rules,
    ...(endpoints.rest !== undefined && { hosts: endpoints.rest }),
    timeoutMs: milliseconds(rest.timeout),
    connectTimeoutMs: milliseconds(timeouts.connect),
    retries: rest.retries,
    concurrency: rest.concurrency,
  };
}

/** The proxies of an exchange; REST and WebSocket share what is known of them. */
export function openPool(config: Config, id: string, logger: Logger): ProxyPool {
  const proxies = { rest: proxyFor(config, id, 'rest'), websocket: proxyFor(config, id, 'websocket') };
  return new ProxyPool({ exchange: id, proxies, logger });
}

/** Budgets are kept per address: a share of them leaves room for others behind the same one. */
function withShare(rules: RestRules, share: number): RestRules {
  const budgets = rules.budgets.map((budget) => ({ ...budget, capacity: Math.floor(budget.capacity * share) }));
  return { ...rules, budgets };
}
