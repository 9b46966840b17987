import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Simulator, startSimulator } from '@feedlake/simulator';
import { afterAll, beforeAll } from 'vitest';
import { type Authority, certificateAuthority } from '../support/certificates.ts';
import {
  type DebianProxy,
  knownName,
  outgoingAddress,
  requireDebianProxies,
  startDante,
  startMicrosocks,
  startTinyproxy,
} from '../support/debian-proxies.ts';
import { type Login, startSocksProxy } from '../support/proxies.ts';
import { startTlsFront, type TlsFront } from '../support/tls-front.ts';

export const login: Login = { user: 'ann', password: 'Hunter2-pass' };
export const wrong: Login = { user: 'ann', password: 'Wrong3-pass' };

type Starter = (login?: Login) => Promise<DebianProxy>;

/** A proxy of our own that looks like the real ones. */
async function startOwn(demanded?: Login): Promise<DebianProxy> {
  const proxy = await startSocksProxy(demanded, outgoingAddress);
  const { port, targets } = proxy;
  return { port, log: () => targets.join('\n'), [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
}

/** Each scheme with the programs that speak it. */
export const kinds: readonly (readonly [scheme: string, program: string, start: Starter])[] = [
  ['http', 'tinyproxy', startTinyproxy],
  ['https', 'tinyproxy behind TLS', startTinyproxy],
  ['socks4', 'dante', startDante],
  // Debian has no daemon that speaks it.
  ['socks4a', 'a proxy of our own', startOwn],
  ['socks5', 'dante', startDante],
  ['socks5h', 'dante', startDante],
  ['socks5', 'microsocks', startMicrosocks],
  ['socks5h', 'microsocks', startMicrosocks],
];

/** Schemes by which the proxy resolves names. */
export const resolving = ['http', 'https', 'socks4a', 'socks5h'];

/** SOCKS4 knows no passwords. */
export const withPasswords = kinds.filter(([scheme]) => !scheme.startsWith('socks4'));

/** Simulated exchanges behind TLS by a test's own authority, which this process trusts. */
export interface Exchange {
  readonly simulator: Simulator;
  readonly authority: Authority;
  /** In front of the simulated Binance. */
  readonly front: TlsFront;
  /** Base URL by the address that every proxy can reach. */
  readonly byAddress: string;
  /** Base URL by a name that only the proxies resolve. */
  readonly byName: string;
}

/** Starts all of it before the tests of a file, once the real proxies are known to be there. */
export function exchange(): { readonly current: Exchange } {
  const started: { current?: Exchange } = {};
  const trusted = getCACertificates('default');
  beforeAll(async () => {
    process.stdout.write(`real proxies: ${requireDebianProxies().join(', ')}\n`);
    const authority = certificateAuthority();
    setDefaultCACertificates([...trusted, authority.ca]);
    const simulator = await startSimulator({ seed: 7, symbols: 40 });
    const front = await startTlsFront(
      Number(new URL(simulator.urls.binance).port),
      authority.issue(`DNS:${knownName}`, 'IP:127.0.0.1'),
    );
    const byAddress = `https://127.0.0.1:${front.port}`;
    started.current = { simulator, authority, front, byAddress, byName: `https://${knownName}:${front.port}` };
  });
  afterAll(async () => {
    setDefaultCACertificates(trusted);
    await started.current?.front[Symbol.asyncDispose]();
    await started.current?.simulator.close();
    started.current?.authority[Symbol.dispose]();
  });
  return {
    get current() {
      if (started.current === undefined) throw new Error('it has not started');
      return started.current;
    },
  };
}

/** A proxy that runs, and its URL in a scheme. */
export interface Running extends AsyncDisposable {
  readonly proxy: DebianProxy;
  /** Without credentials. */
  readonly label: string;
  url(login?: Login): string;
}

/** Starts a proxy, behind TLS where the scheme wants it. */
export async function run(scheme: string, start: Starter, authority: Authority, demanded?: Login): Promise<Running> {
  const proxy = await start(demanded);
  const front = scheme === 'https' ? await startTlsFront(proxy.port, authority.issue('IP:127.0.0.1')) : null;
  const address = `127.0.0.1:${front?.port ?? proxy.port}`;
  return {
    proxy,
    label: `${scheme}://${address}`,
    url: (who) => `${scheme}://${who === undefined ? '' : `${who.user}:${who.password}@`}${address}`,
    async [Symbol.asyncDispose]() {
      await front?.[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}
