import type { Dispatcher, ProxyAgent as ProxyAgentTypes } from 'undici';
import { type ProxyAddress, proxyAddress } from './address.ts';
import { socksConnector } from './socks.ts';
import { Agent, Pool, ProxyAgent } from './undici.ts';

/** A way out to the network: straight, or through one proxy. Connections are kept alive and reused. */
export interface Exit {
  /** `direct`, or the proxy as `scheme://host:port`. */
  readonly label: string;
  readonly proxied: boolean;
  readonly dispatcher: Dispatcher;
}

export interface ExitOptions {
  readonly connectTimeoutMs: number;
  /** Silence, before the headers or between parts of the body, that ends a request. */
  readonly idleTimeoutMs: number;
  /** The largest body accepted, in bytes as sent. */
  readonly maxBodyBytes: number;
  /** Called for each connection to an exchange, TLS included, that came about. */
  readonly onConnect?: () => void;
}

/**
 * Opens a way out.
 * @param proxy `direct`, or the URL of a proxy (http, https, socks4, socks4a, socks5, socks5h)
 * @throws TypeError for anything else.
 */
export function openExit(proxy: string, options: ExitOptions): Exit {
  const common = {
    headersTimeout: options.idleTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
    maxResponseSize: options.maxBodyBytes,
  };
  const { connectTimeoutMs, onConnect = () => {} } = options;
  if (proxy === 'direct') {
    const dispatcher = new Agent({ ...common, connect: { timeout: connectTimeoutMs } }).on('connect', onConnect);
    return { label: 'direct', proxied: false, dispatcher };
  }
  const address = proxyAddress(proxy);
  const dispatcher = address.scheme.startsWith('socks')
    ? new Agent({ ...common, connect: socksConnector(address, connectTimeoutMs) }).on('connect', onConnect)
    : new ProxyAgent({
        ...common,
        ...tunnel(address, connectTimeoutMs),
        // The agent of an HTTP proxy passes no events on, the pools of connections that it makes do.
        factory: (origin, given) => new Pool(origin, given).on('connect', onConnect),
      });
  return { label: address.label, proxied: true, dispatcher };
}

/** An HTTP proxy's part: a CONNECT tunnel for plain HTTP too, so that the proxy never reads or rewrites a request. */
function tunnel({ label, user, password }: ProxyAddress, timeout: number): ProxyAgentTypes.Options {
  const token = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    uri: label,
    proxyTunnel: true,
    ...(user === '' ? {} : { token }),
    proxyTls: { timeout },
    requestTls: { timeout },
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: timeout }),
  };
}
