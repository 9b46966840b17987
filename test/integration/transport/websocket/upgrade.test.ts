import { createServer } from 'node:net';
import { hour, minute, second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { until } from '../../../support/manual-clock.ts';
import { startHttpProxy } from '../../../support/proxies.ts';
import { book, passTime, testSession } from '../../../support/session.ts';
import { answerHttp, startStreamVenue } from '../../../support/stream-venue.ts';

const subscriptions = [book('a')];
const page = '<html><head><title>Request blocked.</title></head></html>';

test.each([
  ['451 Unavailable For Legal Reasons', { 'content-type': 'application/json' }, '{"msg":"restricted location"}'],
  ['403 Forbidden', { 'content-type': 'text/html' }, page],
])('%s: the next host is taken at once', async (status, headers, body) => {
  await using blocked = await startStreamVenue({ refuse: (socket) => answerHttp(socket, status, headers, body) });
  await using venue = await startStreamVenue();
  await using t = testSession([blocked.url, venue.url], { subscriptions });
  const started = t.clock.now();
  t.session.start();
  await t.event('failed');
  await t.clock.advance(150);
  await t.event('connected');
  venue.send('a');
  await until(() => venue.client.frames.length === 1);
  venue.send('a');
  await t.received(1);
  expect(t.all('failed').map(({ fault, retryAt }) => [fault.kind, retryAt - started])).toEqual([['geo_blocked', 0]]);
  expect(t.all('resumed')).toMatchObject([{ cause: 'blocked', topic: 'a', from: started }]);
  expect(t.all('unavailable')).toEqual([]);
  expect([blocked.attempts, venue.attempts]).toEqual([1, 1]);
});

test('blocked on every host: the next proxy is taken at once', async () => {
  await using proxy = await startHttpProxy();
  const blocks = (port: number | undefined) => !proxy.outgoing.includes(port);
  const behaviour: Parameters<typeof startStreamVenue>[0] = {
    refuse: (socket, { socket: { remotePort } }) => blocks(remotePort) && answerHttp(socket, '451 No', {}, ''),
  };
  await using one = await startStreamVenue(behaviour);
  await using two = await startStreamVenue(behaviour);
  const proxies = ['direct', `http://127.0.0.1:${proxy.port}`];
  await using t = testSession([one.url, two.url], { subscriptions, proxies });
  t.session.start();
  await t.event('failed');
  await t.clock.advance(150);
  await t.event('failed', 2);
  await t.clock.advance(150);
  await t.event('connected');
  expect([one.attempts, two.attempts]).toEqual([2, 1]);
  expect(t.all('connected')).toMatchObject([{ proxy: `http://127.0.0.1:${proxy.port}`, host: new URL(one.url).host }]);
});

test('blocked everywhere: says so once, and tries again now and then until it can be had', async () => {
  let blocked = true;
  await using venue = await startStreamVenue({
    refuse: (socket) => blocked && answerHttp(socket, '403 Forbidden', { 'content-type': 'text/html' }, page),
  });
  await using t = testSession([venue.url], { subscriptions });
  const started = t.clock.now();
  t.session.start();
  await t.event('failed');
  await passTime(t, (2 * hour) / 1000, () => t.all('failed').length);
  expect(t.all('unavailable')).toEqual([
    {
      kind: 'unavailable',
      at: started,
      fault: { kind: 'geo_blocked', message: 'HTTP 403: Request blocked.' },
      retryAt: started + 10 * minute,
    },
  ]);
  expect(venue.attempts).toBe(12);
  blocked = false;
  while (t.all('connected').length === 0) {
    await t.clock.step();
    await until(() => t.all('connected').length + t.all('failed').length === t.session.stats().attempts);
  }
  expect(venue.attempts).toBe(13);
});

test('429 with Retry-After holds back every session of the venue, exactly so long', async () => {
  await using venue = await startStreamVenue({
    refuse: (socket, _request, count) =>
      count === 1 && answerHttp(socket, '429 Too Many Requests', { 'retry-after': '30' }, ''),
  });
  await using one = testSession([venue.url], { subscriptions });
  const started = one.clock.now();
  one.session.start();
  await one.event('failed');
  await using two = testSession([venue.url], { subscriptions, clock: one.clock, exchange: one.exchange });
  two.session.start();
  await one.clock.advance(29_999);
  expect(venue.attempts).toBe(1);
  await one.clock.advance(1_000);
  await one.event('connected');
  await two.event('connected');
  expect(one.all('failed')).toMatchObject([{ fault: { kind: 'rate_limited' }, retryAt: started + 30 * second }]);
  expect(one.all('connected')[0]?.at).toBeGreaterThanOrEqual(started + 30 * second);
});

test('418 bans an address: another proxy is used at once, and without one nothing is sent before the ban ends', async () => {
  await using proxy = await startHttpProxy();
  const bans = (port: number | undefined) => !proxy.outgoing.includes(port);
  await using venue = await startStreamVenue({
    refuse: (socket, { socket: { remotePort } }) =>
      bans(remotePort) && answerHttp(socket, "418 I'm a teapot", { 'retry-after': '600' }, ''),
  });
  await using t = testSession([venue.url], { subscriptions, proxies: ['direct', `http://127.0.0.1:${proxy.port}`] });
  t.session.start();
  await t.event('failed');
  await t.clock.advance(150);
  await t.event('connected');
  await using strict = await startStreamVenue({
    refuse: (socket) => answerHttp(socket, "418 I'm a teapot", { 'retry-after': '600' }, ''),
  });
  await using lone = testSession([strict.url], { subscriptions });
  lone.session.start();
  await lone.event('failed');
  await lone.clock.advance(599_000);
  expect(strict.attempts).toBe(1);
  await lone.clock.advance(2_000);
  await lone.event('failed', 2);
  expect(strict.attempts).toBe(2);
});

test('a Retry-After of months is not believed', async () => {
  await using venue = await startStreamVenue({
    refuse: (socket, _request, count) => count === 1 && answerHttp(socket, '503 No', { 'retry-after': '99999999' }, ''),
  });
  await using t = testSession([venue.url], { subscriptions });
  t.session.start();
  await t.event('failed');
  await t.clock.advance(3_600_000);
  await t.event('connected');
});

test.each([
  ['500 Internal Server Error', 'maintenance'],
  ['503 Service Unavailable', 'maintenance'],
  ['504 Gateway Timeout', 'timeout'],
])('%s: backs off, with the next host', async (status, kind) => {
  await using broken = await startStreamVenue({ refuse: (socket) => answerHttp(socket, status, {}, '') });
  await using venue = await startStreamVenue();
  await using t = testSession([broken.url, venue.url], { subscriptions });
  t.session.start();
  await t.event('failed');
  await t.clock.advance(1_100);
  await t.event('connected');
  expect(t.all('failed')).toMatchObject([{ fault: { kind } }]);
  expect(t.all('connected')).toMatchObject([{ host: new URL(venue.url).host }]);
});

test.each(['200 OK', '302 Found', '404 Not Found'])('%s is no WebSocket', async (status) => {
  await using venue = await startStreamVenue({ refuse: (socket) => answerHttp(socket, status, {}, 'hello') });
  await using t = testSession([venue.url], { subscriptions });
  t.session.start();
  await t.event('unavailable');
  expect(t.all('failed')[0]?.fault.kind).toBe('bad_request');
});

test('connection refused, a name that does not resolve, and a host that resets: the next host', async () => {
  const resetting = createServer((socket) => socket.resetAndDestroy());
  await new Promise<void>((resolve) => resetting.listen(0, '127.0.0.1', resolve));
  const address = resetting.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await using venue = await startStreamVenue();
  const hosts = ['ws://127.0.0.1:1', 'ws://exchange.invalid', `ws://127.0.0.1:${port}`, venue.url];
  await using t = testSession(hosts, { subscriptions });
  t.session.start();
  for (const [count, waitMs] of [1_000, 2_000, 4_000].entries()) {
    await t.event('failed', count + 1);
    expect(t.all('connected')).toEqual([]);
    await t.clock.advance(waitMs);
  }
  await t.event('connected');
  resetting.close();
  expect(t.all('failed').map(({ attempt, fault }) => [attempt, fault.kind])).toEqual([
    [1, 'network'],
    [2, 'network'],
    [3, 'network'],
  ]);
  expect(t.all('failed').map(({ fault }) => fault.message)).toEqual([
    'connection refused by 127.0.0.1:1',
    expect.stringMatching(/^the name does not resolve.* exchange\.invalid$/),
    `connection reset by 127.0.0.1:${port}`,
  ]);
});

test('a host that accepts and never answers is given up at the deadline', async () => {
  await using mute = await startStreamVenue({ refuse: () => true });
  await using venue = await startStreamVenue();
  await using t = testSession([mute.url, venue.url], { subscriptions });
  const started = t.clock.now();
  t.session.start();
  await until(() => mute.attempts === 1);
  await t.clock.advance(10_000);
  await t.event('failed');
  expect(t.all('failed')).toMatchObject([{ at: started + 10 * second, fault: { kind: 'timeout' } }]);
  await t.clock.advance(1_000);
  await t.event('connected');
});
