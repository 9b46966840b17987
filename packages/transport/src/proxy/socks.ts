import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { SocksClient, type SocksProxy } from 'socks';
import type { buildConnector as Connectors } from 'undici';
import type { ProxyAddress } from './address.ts';
import { ProxyError } from './proxy-error.ts';
import { buildConnector } from './undici.ts';

/**
 * Connects through a SOCKS proxy; TLS is spoken with the exchange itself, through the tunnel. With `socks4` and
 * `socks5` names are resolved here, with `socks4a` and `socks5h` by the proxy.
 * @returns a connector as undici takes it; it fails with {@link ProxyError}.
 */
export function socksConnector(proxy: ProxyAddress, timeoutMs: number): Connectors.connector {
  const secure = buildConnector({ timeout: timeoutMs });
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    openTunnel(proxy, options.hostname, port, timeoutMs).then(
      (socket) => {
        if (options.protocol === 'https:') secure({ ...options, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: Error) => callback(error, null),
    );
  };
}

async function openTunnel(proxy: ProxyAddress, host: string, port: number, timeout: number): Promise<Socket> {
  const destination = { host: await destinationHost(proxy.scheme, host.replace(/^\[|\]$/g, '')), port };
  try {
    const { socket } = await SocksClient.createConnection({
      proxy: socksProxy(proxy),
      command: 'connect',
      destination,
      timeout,
      set_tcp_nodelay: true,
    });
    return socket;
  } catch (error) {
    throw socksError(error, proxy, `${host}:${port}`);
  }
}

function socksProxy({ scheme, host, port, user, password }: ProxyAddress): SocksProxy {
  const type = scheme.startsWith('socks4') ? 4 : 5;
  return { host, port, type, ...(user === '' ? {} : { userId: user, password }) };
}

/** The name or address that a proxy of this scheme is given for a host. */
export async function destinationHost(scheme: string, host: string): Promise<string> {
  if (isIP(host) !== 0 || scheme === 'socks4a' || scheme === 'socks5h') return host;
  try {
    return (await lookup(host, { family: scheme === 'socks4' ? 4 : 0 })).address;
  } catch {
    const remedy = scheme === 'socks4' ? 'socks4a' : 'socks5h';
    throw new ProxyError('network', `the name ${host} does not resolve here; with ${remedy} the proxy does it`, false);
  }
}

/** The library's error carries the proxy's password along, so none of it but its words goes on. */
export function socksError(error: unknown, { label }: ProxyAddress, target: string): ProxyError {
  const words = error instanceof Error ? error.message : String(error);
  if (/authentication|ident/i.test(words)) {
    return new ProxyError('auth', `the proxy ${label} refused us: user name or password missing or wrong`, true);
  }
  const rejection = /rejected connection - \(?(\w+)/i.exec(words)?.[1];
  if (rejection !== undefined) {
    return new ProxyError('network', `the proxy ${label} did not connect to ${target} (${rejection})`, false);
  }
  if (/timed out|ETIMEDOUT/i.test(words)) return new ProxyError('timeout', `no answer from the proxy ${label}`, true);
  if (/ECONNREFUSED/.test(words)) return new ProxyError('network', `connection refused by the proxy ${label}`, true);
  if (/ENOTFOUND|EAI_AGAIN/.test(words)) {
    return new ProxyError('network', `the name does not resolve: the proxy ${label}`, true);
  }
  return new ProxyError('network', `the proxy ${label} did not connect: ${words}`, true);
}
