import { type Config, direct, type Protocol, protocols, proxyFor } from '@feedlake/config';
import type { Logger } from '@feedlake/telemetry';
import { type FaultKind, proxyLabel, RestClient, type RestOutcome, VenueError } from '@feedlake/transport';
import { openVenue, restOf } from './open-venue.ts';
import { RowBuffer } from './row-buffer.ts';

/**
 * What can be said of a way to an exchange:
 *
 * | verdict | meaning |
 * |---|---|
 * | `answers` | the exchange does its work through it |
 * | `blocked` | the exchange does not serve the place that it comes out at |
 * | `limited` | the exchange answers, but has had too many requests from there for now |
 * | `proxy_fails` | the proxy can't be reached, or does not let us in |
 * | `no_connection` | no connection to the exchange comes about, or it stays silent |
 * | `exchange_fails` | the exchange answers with something else than it should |
 */
export type ProxyVerdict = 'answers' | 'blocked' | 'limited' | 'proxy_fails' | 'no_connection' | 'exchange_fails';

/** One way to an exchange, tried. */
export interface ProxyCheck {
  readonly exchange: string;
  /** `direct`, or the proxy as `scheme://host:port`. */
  readonly proxy: string;
  /** What the settings use it for; nothing = it was tried for comparison. */
  readonly usedFor: readonly Protocol[];
  readonly verdict: ProxyVerdict;
  /** HTTP status of the exchange's reply; null where there was none. */
  readonly status: number | null;
  /** From connecting to the end of the reply, or until it failed, in milliseconds; null where nothing was sent. */
  readonly ms: number | null;
  readonly fault: FaultKind | null;
  /** What went wrong, for people; "" where all is well. */
  readonly message: string;
}

const verdicts: Partial<Record<FaultKind, ProxyVerdict>> = {
  geo_blocked: 'blocked',
  rate_limited: 'limited',
  banned: 'limited',
  network: 'no_connection',
  timeout: 'no_connection',
};

/**
 * Tries each proxy that the settings have for an exchange, and going without one, all at the same time: by the cheapest
 * public request of the exchange, or through ccxt, which has no such thing, by its list of instruments.
 * @throws VenueSettingsError when the exchange is not configured, or not known; the signal's reason.
 */
export async function checkProxies(
  config: Config,
  id: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<ProxyCheck[]> {
  const lists = protocols.map((protocol) => [protocol, proxyFor(config, id, protocol)] as const);
  const proxies = new Set([...lists.flatMap(([, list]) => list), direct]);
  return Promise.all(
    [...proxies].map(async (proxy) => {
      const usedFor = lists.filter(([, list]) => list.includes(proxy)).map(([protocol]) => protocol);
      return { exchange: id, proxy: proxyLabel(proxy), usedFor, ...(await tryOnce(config, id, proxy, logger, signal)) };
    }),
  );
}

async function tryOnce(
  config: Config,
  id: string,
  proxy: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<Omit<ProxyCheck, 'exchange' | 'proxy' | 'usedFor'>> {
  const outcomes: RestOutcome[] = [];
  const onReply = (_: unknown, outcome: RestOutcome) => void outcomes.push(outcome);
  try {
    await ask(onlyThrough(config, id, proxy), id, logger, signal, onReply);
    const { reply, ms } = outcomes.at(-1) ?? { reply: null, ms: null };
    return { verdict: 'answers', status: reply?.status ?? null, ms, fault: null, message: '' };
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    const { kind, message } = error.fault;
    const last = outcomes.at(-1);
    const verdict = last?.atProxy ? 'proxy_fails' : (verdicts[kind] ?? 'exchange_fails');
    return { verdict, status: error.status, ms: last?.ms ?? null, fault: kind, message };
  }
}

async function ask(
  config: Config,
  id: string,
  logger: Logger,
  signal: AbortSignal,
  onReply: (_: unknown, outcome: RestOutcome) => void,
): Promise<void> {
  if (config.exchanges[id]?.engine === 'ccxt') {
    const venue = openVenue(config, id, logger, signal, { onReply });
    await venue.instruments(null, new RowBuffer(), signal).finally(() => venue.close());
    return;
  }
  const { adapter, rest } = restOf(config, id);
  const client = new RestClient({ ...rest, proxies: proxyFor(config, id, 'rest'), logger, signal, onReply });
  await client.request(adapter.ping).finally(() => client.close());
}

/** The settings with one way to the exchange, taken once. */
function onlyThrough(config: Config, id: string, proxy: string): Config {
  const settings = config.exchanges[id];
  return {
    ...config,
    ...(settings !== undefined && {
      exchanges: { [id]: { ...settings, rest: { ...settings.rest, retries: 0 } } },
    }),
    proxy: { enabled: true, default: { rest: [proxy], websocket: [proxy] }, exchanges: {} },
  };
}
