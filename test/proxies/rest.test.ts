import { loadConfig, proxyFor } from '@feedlake/config';
import { nativeAdapters } from '@feedlake/exchanges';
import { createLogger } from '@feedlake/telemetry';
import { RestClient } from '@feedlake/transport';
import { beforeEach, expect, test } from 'vitest';
import { outgoingAddress, startDante, startTinyproxy } from '../support/debian-proxies.ts';
import { temporaryFolder } from '../support/lake.ts';
import { failure } from '../support/rest.ts';
import { startTlsFront } from '../support/tls-front.ts';
import { exchange, kinds, login, resolving, run, withPasswords, wrong } from './fixture.ts';

const started = exchange();

beforeEach(() => {
  started.current.front.callers.length = 0;
});

const { binance } = nativeAdapters;
if (binance === undefined) throw new Error('no adapter for binance');
const { ping, rest } = binance;

/** Binance with its proxies as an operator sets them: by a variable. */
function open(host: string, proxies: readonly string[]) {
  const environment = { FEEDLAKE_PROXY__EXCHANGES__BINANCE__REST: JSON.stringify(proxies) };
  const { config } = loadConfig({ folder: temporaryFolder(), environment });
  const lines: string[] = [];
  const logger = createLogger({ level: 'trace', stream: { write: (line) => lines.push(line) } });
  const client = new RestClient({
    exchange: 'binance',
    rules: rest,
    hosts: [host],
    proxies: proxyFor(config, 'binance', 'rest'),
    retries: 0,
    logger,
  });
  return { client, lines, [Symbol.asyncDispose]: () => client.close() };
}

const instruments = { method: 'GET', path: '/fapi/v1/exchangeInfo', costs: { weight: 1 } } as const;

async function use(client: RestClient): Promise<void> {
  expect((await client.request(ping)).status).toBe(200);
  const replies = await Promise.all(Array.from({ length: 4 }, () => client.request(instruments)));
  for (const { text } of replies) expect(JSON.parse(text).symbols.length).toBeGreaterThan(10);
}

test.each(kinds)('%s through %s: TLS to the exchange, and nothing goes direct', async (scheme, _program, start) => {
  const { authority, front, byAddress, byName } = started.current;
  await using proxy = await run(scheme, start, authority);
  await using t = open(resolving.includes(scheme) ? byName : byAddress, [proxy.url()]);
  await use(t.client);
  expect(front.callers.length).toBeGreaterThan(0);
  expect(new Set(front.callers)).toEqual(new Set([outgoingAddress]));
  expect(proxy.proxy.log()).toContain(String(front.port));
  const connections = t.lines.filter((line) => line.includes('connected through the proxy'));
  expect(connections.length).toBe(front.callers.length);
  expect(JSON.parse(connections[0] ?? '')).toMatchObject({
    exchange: 'binance',
    protocol: 'rest',
    scheme,
    host: '127.0.0.1',
    port: Number(proxy.label.split(':').at(-1)),
  });
});

test.each(withPasswords)('%s through %s: let in with user and password', async (scheme, _program, start) => {
  const { authority, front, byAddress } = started.current;
  await using proxy = await run(scheme, start, authority, login);
  await using t = open(byAddress, [proxy.url(login)]);
  await use(t.client);
  expect(new Set(front.callers)).toEqual(new Set([outgoingAddress]));
  expect(t.lines.join('')).not.toContain(login.password);
});

const lockedOut = withPasswords.flatMap(([scheme, program, start]) => [
  { scheme, program, start, who: wrong, how: 'a wrong password' },
  { scheme, program, start, who: undefined, how: 'no password' },
]);

test.each(lockedOut)('$scheme through $program: $how is told as such, and nothing goes direct', async (one) => {
  const { authority, front, byAddress } = started.current;
  await using proxy = await run(one.scheme, one.start, authority, login);
  await using t = open(byAddress, [proxy.url(one.who)]);
  const error = await failure(t.client.request(ping));
  expect(error.kind).toBe('auth');
  expect(error.message).toContain(`the proxy ${proxy.label} refused us: user name or password missing or wrong`);
  expect(front.callers).toEqual([]);
  expect(`${error.stack}${JSON.stringify(error)}${t.lines.join('')}`).not.toContain(wrong.password);
});

test.each(['socks4', 'socks4a'])(
  '%s to a proxy that asks for a password: refused, and nothing goes direct',
  async (scheme) => {
    const { authority, front, byAddress } = started.current;
    await using proxy = await run(scheme, startDante, authority, login);
    await using t = open(byAddress, [`${scheme}://ann@${proxy.label.split('//')[1]}`]);
    const error = await failure(t.client.request(ping));
    expect(error.message).toContain(proxy.label);
    expect(front.callers).toEqual([]);
  },
);

test.each(kinds)('%s through %s: a certificate for another host is refused', async (scheme, _program, start) => {
  const { authority, simulator } = started.current;
  await using proxy = await run(scheme, start, authority);
  const port = Number(new URL(simulator.urls.binance).port);
  await using impostor = await startTlsFront(port, authority.issue('DNS:other.test'));
  await using t = open(`https://127.0.0.1:${impostor.port}`, [proxy.url()]);
  const error = await failure(t.client.request(ping));
  expect(error.message).toMatch(/certificate/i);
  expect(impostor.callers.length).toBeGreaterThan(0);
});

test.each(kinds)(
  '%s through %s: an exchange that refuses connections is told from the proxy',
  async (scheme, _program, start) => {
    await using proxy = await run(scheme, start, started.current.authority);
    await using t = open('https://127.0.0.1:1', [proxy.url()]);
    const error = await failure(t.client.request(ping));
    expect(error.kind).toBe('network');
    expect(error.message).toMatch(/127\.0\.0\.1:1/);
    expect(error.message).toContain(proxy.label);
  },
);

test('a proxy that dies is left for the next in the pool, once, and nothing goes direct', async () => {
  const { authority, front, byName } = started.current;
  const first = await run('http', startTinyproxy, authority, login);
  await using second = await run('socks5h', startDante, authority, login);
  await using t = open(byName, [first.url(login), second.url(login)]);
  await use(t.client);
  await first[Symbol.asyncDispose]();
  await Promise.all(Array.from({ length: 6 }, () => t.client.request(ping)));
  expect(second.proxy.log()).toContain(String(front.port));
  expect(new Set(front.callers)).toEqual(new Set([outgoingAddress]));
  expect(t.lines.filter((line) => line.includes('leaving')).length).toBe(1);
});
