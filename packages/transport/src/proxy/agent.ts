import type { Agent, ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { type ProxyAddress, proxyAddress } from './address.ts';
import { ProxyError } from './proxy-error.ts';
import { destinationHost, socksError } from './socks.ts';

/** A way out to the network for connections that are upgraded: straight, or through one proxy. */
export interface SocketExit {
  /** `direct`, or the proxy as `scheme://host:port`. */
  readonly label: string;
  readonly proxied: boolean;
  /**
   * An agent for one connection; undefined = none is needed. It fails with {@link ProxyError}, or with an error of the
   * system on the way to the proxy.
   * @param signal ends what is still under way towards the proxy
   */
  agent(signal: AbortSignal): Agent | undefined;
}

/**
 * Sets up a way out; nothing is connected yet. An HTTP proxy is asked for a tunnel (CONNECT) for `ws:` too, and TLS is
 * spoken with the exchange itself, through the tunnel.
 * @param proxy `direct`, or the URL of a proxy (http, https, socks4, socks4a, socks5, socks5h)
 * @throws TypeError for anything else.
 */
export function socketExit(proxy: string): SocketExit {
  if (proxy === 'direct') return { label: 'direct', proxied: false, agent: () => undefined };
  const address = proxyAddress(proxy);
  const agent = address.scheme.startsWith('socks')
    ? () => new SocksAgent(address)
    : (signal: AbortSignal) => new TunnelAgent(address, signal);
  return { label: address.label, proxied: true, agent };
}

/** Both libraries decode user and password once, so a `%` that encodes nothing must be encoded first. */
function agentUrl({ scheme, host, port, user, password }: ProxyAddress): string {
  const login = user === '' ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  return `${scheme}://${login}${host.includes(':') ? `[${host}]` : host}:${port}`;
}

class SocksAgent extends SocksProxyAgent {
  readonly #address: ProxyAddress;

  constructor(address: ProxyAddress) {
    super(agentUrl(address));
    this.#address = address;
  }

  override async connect(...[request, options]: Parameters<SocksProxyAgent['connect']>) {
    ignoreLateErrors(request);
    const { host = '' } = options;
    const resolved = await destinationHost(this.#address.scheme, host);
    try {
      return await super.connect(request, { ...options, ...identityOf(host), host: resolved });
    } catch (error) {
      throw socksError(error, this.#address, `${host}:${options.port}`);
    }
  }
}

/** What the system says of a connection that did not come about; elsewhere these are put into words. */
const systemCodes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'];

class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #label: string;

  constructor(address: ProxyAddress, signal: AbortSignal) {
    super(agentUrl(address), { signal } as object);
    this.#label = address.label;
  }

  override async connect(...[request, options]: Parameters<HttpsProxyAgent<string>['connect']>) {
    ignoreLateErrors(request);
    let status = 0;
    request.once('proxyConnect', (response: { statusCode: number }) => {
      status = response.statusCode;
    });
    const socket = await super
      .connect(request, { ...options, ...identityOf(options.host ?? '') })
      .catch((error: Error & { code?: string }) => {
        if (systemCodes.includes(error.code ?? '')) throw error;
        throw new ProxyError('network', `the proxy ${this.#label} opened no tunnel: ${error.message}`, true);
      });
    if (status === 200) return socket;
    // The library would play the proxy's answer back as if the exchange had given it.
    socket.destroy();
    throw refusedTunnel(status, `${options.host}:${options.port}`, this.#label);
  }
}

/**
 * The certificate must be for the host that was asked for. The libraries leave the host out of what they tell TLS, which
 * without it, where the host is an address, takes a certificate for `localhost` to be wanted.
 */
function identityOf(host: string) {
  return { checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate) };
}

/** A proxy that answered CONNECT with something else than 200 (RFC 9110, section 9.3.6). */
function refusedTunnel(status: number, target: string, label: string): ProxyError {
  if (status === 407 || status === 401) {
    return new ProxyError(
      'auth',
      `the proxy ${label} refused us: user name or password missing or wrong (${status})`,
      true,
    );
  }
  const kind = status === 504 ? 'timeout' : 'network';
  return new ProxyError(kind, `the proxy ${label} did not connect to ${target} (${status})`, false);
}

/** Under TLS nobody listens on the raw socket any more, and an error there would end the process. */
function ignoreLateErrors(request: ClientRequest): void {
  request.once('proxy', ({ socket }: { socket: Duplex }) => socket.on('error', () => {}));
}
