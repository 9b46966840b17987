import { hour, minute, second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { until } from '../../../support/manual-clock.ts';
import { book, passTime, testSession } from '../../../support/session.ts';
import { answerHttp, startStreamVenue, streamRules } from '../../../support/stream-venue.ts';

const hourMs = hour / 1000;

/** The most that fall into any stretch of so many microseconds. */
function mostWithin(times: readonly number[], length: number): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + length).length));
}

test('an hour without a network: attempts slow down and stay within the venue’s budget', async () => {
  const limits = { ...streamRules().limits, topicsPerConnection: 1, attempts: { count: 30, seconds: 60 } };
  const subscriptions = Array.from({ length: 10 }, (_, n) => book(`t${n}`));
  await using t = testSession(['ws://127.0.0.1:1'], { rules: streamRules({ limits }), subscriptions });
  t.session.start();
  await t.event('failed');
  await passTime(t, hourMs, () => t.all('failed').length);
  const times = t.all('failed').map(({ at }) => at);
  expect(mostWithin(times, minute)).toBeLessThanOrEqual(30);
  expect(times.length).toBeGreaterThan(10 * 55);
  expect(times.length).toBeLessThan(10 * 70);
  expect(t.session.stats()).toMatchObject({
    attempts: times.length,
    connecting: 10,
    faults: { network: times.length },
  });
});

test('an hour in which every connection is cut after its ack: within a small budget, and no closer than backoff', async () => {
  await using venue = await startStreamVenue({ answer: (client) => client.socket.close(1012) });
  const limits = { ...streamRules().limits, attempts: { count: 10, seconds: 300 } };
  await using t = testSession([venue.url], { rules: streamRules({ limits }), subscriptions: [book('a')] });
  t.session.start();
  await t.event('disconnected');
  await passTime(t, hourMs, () => t.all('disconnected').length);
  const times = t.all('connected').map(({ at }) => at);
  expect(mostWithin(times, 5 * minute)).toBeLessThanOrEqual(10);
  expect(times.length).toBeGreaterThan(55);
  expect(venue.attempts).toBe(times.length);
  expect(t.all('interrupted')).toEqual([]);
  expect(Object.values(t.session.stats().topics)).toEqual([
    { channel: 'books', lastData: null, proven: null, missing: 'upstream_error' },
  ]);
});

test('connections that bring data and are cut at once use no more than the venue’s budget', async () => {
  await using venue = await startStreamVenue({
    answer: ({ socket }) => {
      socket.send('data a 1');
      socket.close(1001);
    },
  });
  const limits = { ...streamRules().limits, attempts: { count: 30, seconds: 60 } };
  await using t = testSession([venue.url], { rules: streamRules({ limits }), subscriptions: [book('a')] });
  t.session.start();
  await t.event('disconnected');
  await passTime(t, hourMs / 6, () => t.all('disconnected').length);
  const times = t.all('connected').map(({ at }) => at);
  expect(mostWithin(times, minute)).toBeLessThanOrEqual(30);
  expect(times.length).toBeGreaterThan(200);
});

test('after an outage the gap is one, from the last message before to the first after, with its plainest cause', async () => {
  let blocked = false;
  await using venue = await startStreamVenue({ refuse: (socket) => blocked && answerHttp(socket, '451 No', {}, '') });
  await using t = testSession([venue.url], { subscriptions: [book('a')] });
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  venue.send('a');
  await t.received(1);
  const last = t.clock.now();
  blocked = true;
  venue.client.socket.terminate();
  await t.event('disconnected');
  await passTime(t, hourMs, () => t.all('failed').length + 1);
  blocked = false;
  while (t.all('connected').length < 2) {
    await t.clock.step();
    await until(() => t.session.stats().attempts === t.all('failed').length + t.all('connected').length);
  }
  await until(() => venue.client.frames.length === 1);
  venue.send('a');
  await t.received(2);
  expect(t.all('interrupted')).toMatchObject([{ cause: 'disconnect', topics: [{ topic: 'a', from: last }] }]);
  expect(t.all('resumed').slice(1)).toMatchObject([{ cause: 'blocked', from: last, to: t.clock.now() }]);
  expect(t.clock.now() - last).toBeGreaterThan(hour - second);
});
