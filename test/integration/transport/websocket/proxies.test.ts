import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { until } from '../../../support/manual-clock.ts';
import { type Login, startHttpProxy, startSocksProxy, type TestProxy } from '../../../support/proxies.ts';
import { book, testSession } from '../../../support/session.ts';
import { startStreamVenue } from '../../../support/stream-venue.ts';

const login: Login = { user: 'ann', password: 'p@ss:w/rd%' };
const subscriptions = [book('a')];

function url(scheme: string, { port }: TestProxy, who?: Login): string {
  const user = who === undefined ? '' : `${encodeURIComponent(who.user)}:${encodeURIComponent(who.password)}@`;
  return `${scheme}://${user}127.0.0.1:${port}`;
}

const kinds = [
  ['http', startHttpProxy],
  ['socks4', startSocksProxy],
  ['socks4a', startSocksProxy],
  ['socks5', startSocksProxy],
  ['socks5h', startSocksProxy],
] as const;

test.each(kinds)('%s: the stream goes through the proxy, with user and password, and is logged', async (...given) => {
  const [scheme, start] = given;
  await using proxy = await start(login);
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions, proxies: [url(scheme, proxy, login)] });
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  venue.send('a');
  await t.received(1);
  expect(proxy.targets).toEqual([`127.0.0.1:${venue.port}`]);
  expect(proxy.outgoing).toEqual([venue.client.port]);
  const label = `${scheme}://127.0.0.1:${proxy.port}`;
  expect(t.session.stats().connections).toMatchObject([{ proxy: label }]);
  expect(t.lines.filter((line) => line.includes(`through the proxy ${label}`)).length).toBe(1);
});

test.each(['http', 'socks4a', 'socks5h'])('%s: the proxy resolves the name', async (scheme) => {
  await using proxy = await (scheme === 'http' ? startHttpProxy() : startSocksProxy());
  await using venue = await startStreamVenue();
  proxy.names.set('exchange.invalid', venue.port);
  await using t = testSession(['ws://exchange.invalid:8080'], { subscriptions, proxies: [url(scheme, proxy)] });
  t.session.start();
  await t.event('connected');
  expect(proxy.targets).toEqual(['exchange.invalid:8080']);
});

test.each(['socks4', 'socks5'])('%s: a name that does not resolve here names the way out', async (scheme) => {
  await using proxy = await startSocksProxy();
  await using t = testSession(['ws://exchange.invalid'], { subscriptions, proxies: [url(scheme, proxy)] });
  t.session.start();
  await t.event('failed');
  const message = t.all('failed')[0]?.fault.message;
  expect(message).toMatch(/exchange\.invalid does not resolve here; with socks(4a|5h) the proxy does it/);
});

test.each(kinds)('%s: wrong credentials are told without them, and nothing goes direct', async (scheme, start) => {
  await using proxy = await start({ user: 'bob', password: 'other' });
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions, proxies: [url(scheme, proxy, login)] });
  t.session.start();
  await t.event('unavailable');
  expect(t.all('failed')[0]?.fault.kind).toBe('auth');
  expect(t.all('failed')[0]?.fault.message).toContain(`the proxy ${scheme}://127.0.0.1:${proxy.port} refused us`);
  expect(venue.attempts).toBe(0);
  const basic = btoa(`${login.user}:${login.password}`);
  for (const text of [...t.lines, JSON.stringify(t.events), JSON.stringify(t.session.stats())]) {
    for (const secret of [login.password, encodeURIComponent(login.password), basic])
      expect(text).not.toContain(secret);
  }
});

test.each(['http', 'socks4', 'socks5'])('%s: a dead proxy gives way to the next at once', async (scheme) => {
  await using proxy = await startSocksProxy();
  await using venue = await startStreamVenue();
  const proxies = [`${scheme}://ann:secret@127.0.0.1:1`, url('socks5h', proxy)];
  await using t = testSession([venue.url], { subscriptions, proxies });
  t.session.start();
  await t.event('failed');
  await t.clock.advance(150);
  await t.event('connected');
  expect(t.all('failed')[0]?.fault.message).toBe(`connection refused by the proxy ${scheme}://127.0.0.1:1`);
  expect(t.all('failed')[0]?.retryAt).toBe(t.all('failed')[0]?.at);
  expect(proxy.outgoing).toEqual([venue.client.port]);
});

test.each(kinds)('%s: a host that the proxy can’t reach gives way to the next host', async (scheme, start) => {
  await using proxy = await start();
  await using venue = await startStreamVenue();
  const hosts = ['ws://127.0.0.1:1', venue.url];
  await using t = testSession(hosts, { subscriptions, proxies: [url(scheme, proxy)] });
  t.session.start();
  await t.event('failed');
  await t.clock.advance(1_000);
  await t.event('connected');
  expect(t.all('failed')[0]?.fault).toMatchObject({ kind: 'network' });
  expect(proxy.targets).toEqual(['127.0.0.1:1', `127.0.0.1:${venue.port}`]);
});

test.each(['http', 'socks5'])(
  '%s: a proxy that accepts and never answers is left, and its socket closed',
  async (scheme) => {
    let open = 0;
    const mute = createServer((socket) => {
      open++;
      socket.on('error', () => {});
      socket.on('close', () => open--);
      socket.resume();
    });
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await using venue = await startStreamVenue();
    const proxies = [`${scheme}://127.0.0.1:${port}`, 'direct'];
    await using t = testSession([venue.url], { subscriptions, proxies });
    t.session.start();
    await until(() => open === 1);
    await t.clock.advance(10_000);
    await t.event('failed');
    await t.clock.advance(1_100);
    await t.event('connected');
    expect(t.all('failed')).toMatchObject([{ fault: { kind: 'timeout' } }]);
    if (scheme === 'http') await until(() => open === 0, 'the end of the socket');
    mute.close();
  },
);
