import { minute, second } from '@feedlake/schema';
import { beforeAll, expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { type Login, startHttpProxy, startSilence, startSocksProxy, type TestProxy } from '../../support/proxies.ts';
import { failure, get, testClient } from '../../support/rest.ts';
import { json, startVenue } from '../../support/venue.ts';

beforeAll(() => {
  process.stdout.write('proxies: our own, in this process; npm run test:proxies takes real ones\n');
});

const login: Login = { user: 'ann', password: 'p@ss:w/rd%' };
const ok = () => startVenue((response) => json(response, { ok: true }));

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

test.each(kinds)('%s: everything goes through the proxy, with user and password', async (scheme, start) => {
  await using proxy = await start(login);
  await using venue = await ok();
  await using t = testClient([venue.url], { proxies: [url(scheme, proxy, login)] });
  for (let n = 0; n < 5; n++) await t.client.request(get(`/${n}`));
  expect(new Set(proxy.targets)).toEqual(new Set([`127.0.0.1:${venue.port}`]));
  expect(venue.callers.length).toBe(5);
  expect(venue.callers.every((port) => proxy.outgoing.includes(port))).toBe(true);
});

test.each(['http', 'socks4a', 'socks5h'])('%s: the proxy resolves the name', async (scheme) => {
  await using proxy = await (scheme === 'http' ? startHttpProxy() : startSocksProxy());
  await using venue = await ok();
  proxy.names.set('exchange.invalid', venue.port);
  await using t = testClient(['http://exchange.invalid:8080'], { proxies: [url(scheme, proxy)] });
  await t.client.request(get('/'));
  expect(proxy.targets).toEqual(['exchange.invalid:8080']);
});

test.each(['socks4', 'socks5'])('%s: a name that does not resolve here names the way out', async (scheme) => {
  await using proxy = await startSocksProxy();
  await using t = testClient(['http://exchange.invalid'], { proxies: [url(scheme, proxy)], retries: 0 });
  const error = await failure(t.client.request(get('/')));
  expect(error.message).toMatch(/exchange\.invalid does not resolve here; with socks(4a|5h) the proxy does it/);
});

test.each(kinds)(
  '%s: wrong credentials are an auth fault that names the proxy, not the secret',
  async (scheme, start) => {
    await using proxy = await start({ user: 'bob', password: 'other' });
    await using venue = await ok();
    await using t = testClient([venue.url], { proxies: [url(scheme, proxy, login)] });
    const error = await failure(t.client.request(get('/')));
    expect(error.kind).toBe('auth');
    expect(error.message).toContain(`the proxy ${scheme}://127.0.0.1:${proxy.port} refused us`);
    expect(venue.seen).toEqual([]);
    for (const text of [error.stack ?? '', JSON.stringify(error), ...t.lines]) {
      for (const secret of [
        login.password,
        encodeURIComponent(login.password),
        btoa(`${login.user}:${login.password}`),
      ]) {
        expect(text).not.toContain(secret);
      }
    }
  },
);

test.each(kinds)('%s: credentials that are asked for and missing are an auth fault', async (scheme, start) => {
  await using proxy = await start(login);
  await using venue = await ok();
  await using t = testClient([venue.url], { proxies: [url(scheme, proxy)] });
  expect((await failure(t.client.request(get('/')))).kind).toBe('auth');
  expect(venue.seen).toEqual([]);
});

test.each(['http', 'socks5', 'socks4'])('%s: a dead proxy is named, and nothing goes direct', async (scheme) => {
  await using venue = await ok();
  await using t = testClient([venue.url], { proxies: [`${scheme}://ann:secret@127.0.0.1:1`], retries: 1 });
  const error = await failure(t.client.request(get('/')));
  expect(error.message).toBe(`${t.exchange}: connection refused by the proxy ${scheme}://127.0.0.1:1 (tried 2 times)`);
  expect(venue.seen).toEqual([]);
});

test.each(kinds)('%s: a host that the proxy can’t reach gives way to the next host', async (scheme, start) => {
  await using proxy = await start();
  await using venue = await ok();
  await using t = testClient(['http://127.0.0.1:1', venue.url], { proxies: [url(scheme, proxy)] });
  await t.client.request(get('/'));
  expect(proxy.targets).toEqual(['127.0.0.1:1', `127.0.0.1:${venue.port}`]);
  expect(t.clock.waits).toEqual([]);
});

test('a pool leaves a dead proxy at once, stays with the next, and says so once', async () => {
  await using proxy = await startSocksProxy();
  await using venue = await ok();
  const proxies = ['http://ann:secret@127.0.0.1:1', url('socks5h', proxy)];
  await using t = testClient([venue.url], { proxies });
  await Promise.all(Array.from({ length: 8 }, () => t.client.request(get('/'))));
  const refused = t.client.stats().byFault.network;
  await t.client.request(get('/'));
  expect(t.client.stats().byFault.network).toBe(refused);
  expect(t.clock.waits).toEqual([]);
  expect(venue.callers.every((port) => proxy.outgoing.includes(port))).toBe(true);
  const moves = t.lines.filter((line) => line.includes('leaving'));
  expect(moves.length).toBe(1);
  expect(moves[0]).toContain(`leaving http://127.0.0.1:1 for socks5h://127.0.0.1:${proxy.port}`);
});

test.each([
  ['geo_blocked', 451],
  ['banned', 418],
])('%s on one way out: the next proxy is used at once', async (_kind, status) => {
  await using proxy = await startHttpProxy();
  await using venue = await startVenue((response, request) => {
    const proxied = proxy.outgoing.includes(request.socket.remotePort);
    json(response, {}, proxied ? 200 : status);
  });
  await using t = testClient([venue.url], { proxies: ['direct', url('http', proxy)] });
  await Promise.all(Array.from({ length: 4 }, () => t.client.request(get('/'))));
  expect(t.clock.waits).toEqual([]);
  expect(t.lines.filter((line) => line.includes('leaving')).length).toBe(1);
});

test.each(kinds)(
  '%s: a proxy that died is used again when it is back, tried by one request at a time',
  async (scheme, start) => {
    await using first = await start();
    await using second_ = await startSocksProxy();
    await using venue = await ok();
    await using t = testClient([venue.url], { proxies: [url(scheme, first), url('socks5', second_)] });
    const send = async (count: number) => {
      await Promise.all(Array.from({ length: count }, () => t.client.request(get('/'))));
    };
    await send(2);
    await first.down();
    await send(5);
    const refused = t.client.stats().byFault.network ?? 0;
    await t.clock.delay(30_000);
    await send(5);
    expect(t.client.stats().byFault.network).toBe(refused + 1);
    await first.up();
    await t.clock.delay(60_000);
    await send(1);
    const [before, through] = [second_.outgoing.length, first.outgoing.length];
    await send(5);
    expect([second_.outgoing.length, first.outgoing.length > through]).toEqual([before, true]);
    const moves = t.lines.filter((line) => /leaving|well again/.test(line)).map((line) => JSON.parse(line).message);
    expect(moves).toEqual([expect.stringContaining('leaving'), expect.stringContaining('is well again')]);
    expect(t.clock.waits).toEqual([30_000, 60_000]);
  },
);

test('a place that is blocked no longer is gone back to', async () => {
  await using proxy = await startHttpProxy();
  const clock = new FakeClock();
  const until = clock.now() + 5 * minute;
  await using venue = await startVenue((response, request) => {
    const isBlocked = clock.now() < until && !proxy.outgoing.includes(request.socket.remotePort);
    json(response, {}, isBlocked ? 451 : 200);
  });
  await using t = testClient([venue.url], { proxies: ['direct', url('http', proxy)], clock });
  await t.client.request(get('/'));
  await clock.delay((10 * minute - second) / 1000);
  await t.client.request(get('/'));
  await clock.delay(second / 1000);
  await t.client.request(get('/'));
  await t.client.request(get('/'));
  const direct = venue.callers.map((port) => !proxy.outgoing.includes(port));
  expect(direct).toEqual([true, false, false, true, true]);
});

test.each(kinds)(
  '%s: each connection is one line that names the proxy, without user and password',
  async (scheme, start) => {
    await using proxy = await start(login);
    await using venue = await ok();
    await using t = testClient([venue.url], { proxies: [url(scheme, proxy, login)], concurrency: 3 });
    await Promise.all(Array.from({ length: 12 }, () => t.client.request(get('/'))));
    const lines = t.lines.filter((line) => line.includes('connected through'));
    expect(lines.length).toBe(proxy.outgoing.length);
    expect(lines.length).toBeLessThan(12);
    for (const line of lines) {
      const { level, time, message, ...fields } = JSON.parse(line);
      expect([level, fields]).toEqual([
        'info',
        { exchange: t.exchange, protocol: 'rest', scheme, host: '127.0.0.1', port: proxy.port },
      ]);
      expect(line).not.toMatch(/ann|p@ss|p%40ss/);
    }
  },
);

test('a proxy that takes connections and stays silent is told as such', async () => {
  await using silent = await startSilence();
  await using venue = await ok();
  const options = { proxies: [`socks5://ann:secret@127.0.0.1:${silent.port}`], timeoutMs: 250, retries: 0 };
  await using t = testClient([venue.url], options);
  const error = await failure(t.client.request(get('/')));
  expect(error.fault).toEqual({
    kind: 'timeout',
    message: `no answer from the proxy socks5://127.0.0.1:${silent.port}`,
  });
});

test.each(['http', 'socks4', 'socks5h'])(
  '%s: a proxy whose own name does not resolve is told as such',
  async (scheme) => {
    const proxies = [`${scheme}://ann:secret@proxy.invalid:1080`];
    await using t = testClient(['http://127.0.0.1:9'], { proxies, retries: 0 });
    const { fault } = await failure(t.client.request(get('/')));
    expect(fault.kind).toBe('network');
    expect(fault.message).toMatch(/^the name does not resolve.*: the proxy [a-z0-9]+:\/\/proxy\.invalid:1080$/);
  },
);

test.each([
  ['401', 'auth', 'user name or password missing or wrong'],
  ['407', 'auth', 'user name or password missing or wrong'],
  ['403', 'network', 'did not connect to'],
  ['502', 'network', 'did not connect to'],
  ['504', 'timeout', 'did not connect to'],
])('an HTTP proxy that answers %s: %s', async (status, kind, words) => {
  await using proxy = await startSilence((socket) => socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`));
  await using t = testClient(['http://127.0.0.1:9'], { proxies: [`http://127.0.0.1:${proxy.port}`], retries: 0 });
  const error = await failure(t.client.request(get('/')));
  expect(error.kind).toBe(kind);
  expect(error.message).toContain(words);
  expect(error.message).toContain(`the proxy http://127.0.0.1:${proxy.port}`);
});

test('blocked on every way out: each once, then the error', async () => {
  await using one = await startHttpProxy();
  await using two = await startSocksProxy();
  await using venue = await startVenue((response) => json(response, {}, 451));
  await using t = testClient([venue.url], { proxies: [url('http', one), url('socks5', two)] });
  expect((await failure(t.client.request(get('/')))).kind).toBe('geo_blocked');
  expect([one.targets.length, two.targets.length, venue.seen.length]).toEqual([1, 1, 2]);
});

test.each(['ftp://h:1', 'http://user:hunter2@:80', 'socks5://user:hunter2@host', 'hunter2'])(
  '%s is no proxy',
  (proxy) => {
    let message = '';
    try {
      testClient(['http://127.0.0.1:1'], { proxies: [proxy] });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain("a proxy must be 'direct' or scheme://[user:password@]host:port");
    expect(message).not.toContain('hunter2');
  },
);
