import { second } from '@feedlake/schema';
import type { SessionEvent } from '@feedlake/transport';
import { expect, test } from 'vitest';
import { startFaultProxy } from '../../../support/fault-proxy.ts';
import { ManualClock, until } from '../../../support/manual-clock.ts';
import { startHttpProxy, startSocksProxy } from '../../../support/proxies.ts';
import { book, type TestSession, testSession, trades } from '../../../support/session.ts';
import { type StreamVenue, startStreamVenue } from '../../../support/stream-venue.ts';

const subscriptions = [book('a'), trades('t')];

/** Starts, and lets one message of `a` through: it shows that nothing of `t` came before. */
async function flowing(t: TestSession, venue: StreamVenue): Promise<void> {
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  venue.send('a');
  await t.received(1);
}

/** After the first wait for a reconnect at its longest: the data is back. */
async function back(t: TestSession, venue: StreamVenue, cause: string, from: number): Promise<void> {
  await t.clock.advance(1_000);
  await until(() => venue.clients.length === 2 && venue.client.topics.size === 2, 'the second subscription');
  venue.send('a');
  await t.event('resumed', 3);
  const to = t.clock.now();
  const gap = { cause, from, to };
  expect(t.all('resumed').slice(2)).toMatchObject([{ ...gap, topic: 'a' }]);
  await t.clock.advance(500);
  expect(t.all('resumed').slice(2)).toMatchObject([
    { ...gap, topic: 'a' },
    { ...gap, topic: 't' },
  ]);
  expect(t.session.stats()).toMatchObject({ attempts: 2, reconnects: { [cause]: 1 } });
}

test.each([
  [1000, '', 'disconnect', 'network'],
  [1001, 'bye', 'disconnect', 'network'],
  [1008, 'policy', 'upstream_error', 'bad_request'],
  [1011, '', 'upstream_error', 'maintenance'],
  [1012, 'restart', 'upstream_error', 'maintenance'],
  [1013, '', 'upstream_error', 'maintenance'],
  [4001, 'moved', 'disconnect', 'network'],
])('closed with %i %s: back within a second, the gap known from last message to first', async (...given) => {
  const [code, reason, cause, kind] = given;
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions });
  await flowing(t, venue);
  const last = t.clock.now();
  await t.clock.advance(3_000);
  venue.client.socket.close(code, reason);
  await t.event('disconnected');
  expect(t.all('disconnected')).toMatchObject([{ cause, code, fault: { kind }, at: last + 3 * second }]);
  expect(t.all('interrupted')).toEqual([
    {
      kind: 'interrupted',
      at: last + 3 * second,
      cause,
      topics: [
        { topic: 'a', from: last },
        { topic: 't', from: last },
      ],
    },
  ]);
  await back(t, venue, cause, last);
});

test('closed for too many messages: no connection before the pause is over', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions });
  await flowing(t, venue);
  venue.client.socket.close(1008, 'Too many requests');
  await t.event('disconnected');
  await t.clock.advance(9_000);
  expect(venue.attempts).toBe(1);
  await t.clock.advance(1_500);
  await t.event('connected', 2);
  expect(t.all('disconnected')).toMatchObject([{ cause: 'rate_limited' }]);
});

test.each(['reset', 'cut without a closing frame'])('%s', async (how) => {
  await using venue = await startStreamVenue();
  await using relay = await startFaultProxy(venue.port);
  await using t = testSession([`ws://127.0.0.1:${relay.port}`], { subscriptions });
  await flowing(t, venue);
  const last = t.clock.now();
  if (how === 'reset') relay.reset();
  else venue.client.socket.terminate();
  await t.event('disconnected');
  expect(t.all('disconnected')).toMatchObject([{ cause: 'disconnect', code: 1006 }]);
  expect(t.all('disconnected')[0]?.fault.message).toBe('connection closed (1006 without a word)');
  await back(t, venue, 'disconnect', last);
});

test('half-open: a peer that is gone is found by a ping without an answer', async () => {
  await using venue = await startStreamVenue();
  await using relay = await startFaultProxy(venue.port);
  await using t = testSession([`ws://127.0.0.1:${relay.port}`], { subscriptions });
  await flowing(t, venue);
  const last = t.clock.now();
  relay.freeze();
  await t.clock.advance(24_500);
  expect(t.all('disconnected')).toEqual([]);
  await t.clock.advance(1_000);
  await t.event('disconnected');
  expect(t.all('disconnected')[0]?.fault).toMatchObject({ kind: 'timeout' });
  expect((t.all('disconnected')[0]?.at ?? 0) - last).toBeLessThanOrEqual(25.5 * second);
  relay.thaw();
  await back(t, venue, 'disconnect', last);
});

test('a peer that only answers pings is not half-open', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [trades('t', 3_600_000)] });
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  let pings = 0;
  venue.client.socket.on('ping', () => pings++);
  for (let n = 1; n <= 10; n++) {
    await t.clock.advance(15_000);
    await until(() => pings === n, 'a ping');
    const before = t.session.stats().messages;
    venue.client.socket.send('{"pong":1}');
    await until(() => t.session.stats().messages > before);
  }
  expect(t.all('disconnected')).toEqual([]);
});

test.each([
  ['http', startHttpProxy],
  ['socks5', startSocksProxy],
] as const)('%s proxy dies mid-stream: reconnects through the other one', async (scheme, start) => {
  await using venue = await startStreamVenue();
  const first = await start();
  await using second = await start();
  const proxies = [first, second].map(({ port }) => `${scheme}://127.0.0.1:${port}`);
  await using t = testSession([venue.url], { subscriptions, proxies });
  await flowing(t, venue);
  const last = t.clock.now();
  await first[Symbol.asyncDispose]();
  await t.event('disconnected');
  await t.clock.advance(1_000);
  await t.event('failed');
  expect(t.all('failed')[0]?.fault.message).toBe(`connection refused by the proxy ${proxies[0]}`);
  await t.clock.advance(200);
  await until(() => venue.clients.length === 2 && venue.client.topics.size === 2);
  expect(second.outgoing).toEqual([venue.client.port]);
  venue.send('a');
  await t.event('resumed', 3);
  expect(t.all('resumed').at(-1)).toMatchObject({ cause: 'disconnect', from: last, topic: 'a' });
});

test('all sockets of a venue cut at once come back spread out, each once', async () => {
  await using venue = await startStreamVenue();
  const clock = new ManualClock();
  const exchange = 'masscut';
  const sessions = Array.from({ length: 40 }, () =>
    testSession([venue.url], { subscriptions, clock, exchange, random: Math.random }),
  );
  await using _all = new AsyncDisposableStack();
  for (const one of sessions) _all.use(one);
  for (const { session } of sessions) session.start();
  const total = (count: (one: TestSession) => number) => sessions.reduce((sum, one) => sum + count(one), 0);
  const comeUp = async (times: number) => {
    while (total((one) => one.all('connected').length) < times) {
      await clock.advance(100);
      const ended = (one: TestSession) => one.all('connected').length + one.all('failed').length;
      await until(() => total(ended) === total((one) => one.session.stats().attempts), 'the attempts');
    }
  };
  await comeUp(40);
  await until(() => venue.connected.length === 40 && venue.connected.every(({ topics }) => topics.size === 2));
  const cut = clock.now();
  for (const { socket } of venue.connected) socket.close(1001);
  await until(() => sessions.every((one) => one.all('disconnected').length === 1));
  await comeUp(80);
  expect(venue.attempts).toBe(80);
  const times = sessions
    .flatMap((one) => one.all('connected').slice(1))
    .map(({ at }: SessionEvent) => (at - cut) / 1000)
    .sort((a, b) => a - b);
  for (const [n, at] of times.entries()) {
    const withinASecond = times.filter((other) => other >= at && other < at + 1_000).length;
    expect(withinASecond, `from ${times[n]} ms on`).toBeLessThanOrEqual(25);
  }
  expect(times.at(-1)).toBeLessThan(10_000);
});

test('neither a connection nor an ack ends the backoff, only data does', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a')] });
  const waits: number[] = [];
  const lose = async (data: boolean) => {
    const count = venue.clients.length;
    await until(() => venue.connected.length === 1 && venue.client.frames.length === 1);
    if (data) venue.send('a');
    await until(() => t.session.stats().messages >= 1);
    venue.client.socket.close(1001);
    await t.event('disconnected', count);
    const at = t.clock.now();
    while (venue.clients.length === count) {
      await t.clock.step();
      await until(() => t.session.stats().attempts === venue.attempts);
    }
    waits.push(Math.round((t.clock.now() - at) / 1e6));
  };
  t.session.start();
  await until(() => venue.clients.length === 1);
  for (const data of [false, false, false, false, false, true, false, false]) await lose(data);
  expect(waits).toEqual([1, 2, 4, 8, 16, 1, 2, 4]);
});
