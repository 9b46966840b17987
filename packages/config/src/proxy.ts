import type { Config } from './schema/config.ts';

/** What a proxy is for. */
export const protocols = ['rest', 'websocket'] as const;
export type Protocol = (typeof protocols)[number];

/** Goes without a proxy. */
export const direct = 'direct';

/**
 * The proxies that an exchange is to be reached through, best first: URLs, or `direct` for none. The exchange's own
 * come first; without them the default; without that, or with proxies disabled, `['direct']`. Every client asks here.
 */
export function proxyFor(config: Pick<Config, 'proxy'>, exchange: string, protocol: Protocol): readonly string[] {
  const { enabled, exchanges, default: fallback } = config.proxy;
  if (!enabled) return [direct];
  const own = Object.hasOwn(exchanges, exchange) ? exchanges[exchange]?.[protocol] : undefined;
  return own ?? fallback[protocol] ?? [direct];
}
