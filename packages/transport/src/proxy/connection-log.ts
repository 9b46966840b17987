import { direct, type Protocol } from '@feedlake/config';
import type { Logger } from '@feedlake/telemetry';
import { proxyAddress } from './address.ts';

/**
 * Writes a line for each connection of an exchange: which way it took. User and password are in none of it.
 * @param proxy `direct`, or the URL of a proxy
 * @returns to be called once per connection
 * @throws TypeError when it is no such thing.
 */
export function logConnections(logger: Logger, exchange: string, protocol: Protocol, proxy: string): () => void {
  if (proxy === direct) return () => logger.debug({ exchange, protocol, proxy }, 'connected without a proxy');
  const { scheme, host, port, label } = proxyAddress(proxy);
  return () => logger.info({ exchange, protocol, scheme, host, port }, `connected through the proxy ${label}`);
}
