import { minute, second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { until } from '../../../support/manual-clock.ts';
import { begin, book, deliver, live, testSession, trades } from '../../../support/session.ts';
import { ack, type Client, type ClientFrame, startStreamVenue, streamRules } from '../../../support/stream-venue.ts';

const timeouts = { rotateMs: (10 * minute) / 1000 };
const rules = streamRules({ limits: { ...streamRules().limits, topicsPerFrame: 1 } });
const subscriptions = [book('a'), trades('t'), trades('quiet', 3_600_000)];
/** Seconds until the connection is replaced. */
const age = 10 * 60 * 0.95;

/** A venue that heeds only books at once, on the second connection: trades when it is told to. */
async function slowVenue() {
  const late: (() => void)[] = [];
  const answer = (client: Client, frame: ClientFrame) => {
    if (venue.clients.length === 1 || frame.topics.includes('a')) {
      ack(client, frame);
      return;
    }
    for (const topic of frame.topics) client.topics.delete(topic);
    late.push(() => {
      for (const topic of frame.topics) client.topics.add(topic);
      ack(client, frame);
    });
  };
  const venue = await startStreamVenue({ answer });
  return {
    venue,
    async heed(t: ReturnType<typeof testSession>) {
      await until(() => late.length === 2, 'the frames of the second connection');
      const before = t.session.stats().messages;
      for (const one of late) one();
      await until(() => t.session.stats().messages === before + 2, 'the acks');
    },
  };
}

test('an old connection goes when the new one is heeded for the sparse topics too: nothing is lost between', async () => {
  const { venue, heed } = await slowVenue();
  await using _venue = venue;
  await using t = testSession([venue.url], { rules, timeouts, subscriptions });
  const started = await begin(t, venue);
  await live(t, venue, age, { a: 1, t: 2 });
  await until(() => venue.clients.length === 2, 'the second connection');
  await live(t, venue, 10, { a: 1, t: 2 });
  expect(venue.connected.length, 'trades come by the old one alone').toBe(2);
  expect(t.all('overlap')).toEqual([]);
  await heed(t);
  const heeded = t.clock.now();
  await live(t, venue, 5, { a: 1, t: 2 });
  await until(() => venue.connected.length === 1, 'the end of the old connection');
  expect(t.all('overlap')).toMatchObject([{ taken: true, reason: 'age' }]);
  expect(t.all('overlap')[0]?.at, 'what was under way has come').toBeGreaterThan(heeded + second);
  await live(t, venue, 60, { a: 1, t: 2 });
  await t.clock.advance(500);
  const times = t.messages.filter(({ topic }) => topic === 't').map(({ received }) => (received - started) / second);
  expect([...new Set(times)].filter((at) => at < age)).toEqual(
    Array.from({ length: age / 2 - 1 }, (_, n) => 2 * n + 2),
  );
  const after = [...new Set(times)].filter((at) => at >= age);
  for (const [n, at] of after.entries()) expect(at - (after[n - 1] ?? at)).toBeLessThanOrEqual(3);
  expect([t.all('interrupted'), t.all('watchdog')]).toEqual([[], []]);
  expect(t.session.stats().topics.quiet).toMatchObject({ lastData: null, proven: t.messages.at(-1)?.received });
});

test('a message from before the new connection is heeded is nothing that it lacks', async () => {
  const { venue, heed } = await slowVenue();
  await using _venue = venue;
  await using t = testSession([venue.url], { rules, timeouts, subscriptions });
  await begin(t, venue);
  await live(t, venue, age + 1, { a: 1 });
  await until(() => venue.clients.length === 2, 'the second connection');
  await live(t, venue, 5, { a: 1, t: 4 });
  await heed(t);
  await live(t, venue, 5, { a: 1 });
  expect(t.messages.filter(({ topic }) => topic === 't').length, 'it came by the old one').toBe(1);
  expect(t.all('overlap')).toMatchObject([{ taken: true }]);
  expect(t.all('interrupted')).toEqual([]);
});

test('the old connection dies before the new one is heeded: what comes in between is missing, and told', async () => {
  const { venue, heed } = await slowVenue();
  await using _venue = venue;
  await using t = testSession([venue.url], { rules, timeouts, subscriptions });
  await begin(t, venue);
  await live(t, venue, age + 1, { a: 1, t: 2 });
  await until(() => venue.clients.length === 2, 'the second connection');
  await live(t, venue, 3, { a: 1 });
  const from = t.clock.now();
  venue.clients[0]?.socket.terminate();
  await t.event('disconnected');
  await live(t, venue, 7, { a: 1 });
  // Books go on by the new one; of trades it has brought nothing yet.
  expect(t.all('interrupted')).toMatchObject([
    {
      cause: 'disconnect',
      topics: [
        { topic: 't', from },
        { topic: 'quiet', from },
      ],
    },
  ]);
  await heed(t);
  const to = t.clock.now();
  await live(t, venue, 2, { a: 1 });
  expect(t.all('resumed').slice(3)).toMatchObject([
    { topic: 't', cause: 'disconnect', from, to: to + second },
    { topic: 'quiet', cause: 'disconnect', from, to: to + second },
  ]);
});

test('the old connection dies after the new one is heeded: nothing is missing', async () => {
  const { venue, heed } = await slowVenue();
  await using _venue = venue;
  await using t = testSession([venue.url], { rules, timeouts, subscriptions });
  await begin(t, venue);
  await live(t, venue, age + 1, { a: 1, t: 2 });
  await until(() => venue.clients.length === 2, 'the second connection');
  await live(t, venue, 2, { a: 1 });
  await heed(t);
  await deliver(t, venue, ['a', 't']);
  venue.clients[0]?.socket.terminate();
  await t.event('disconnected');
  await live(t, venue, 10, { a: 1 });
  expect(t.all('interrupted')).toEqual([]);
  await t.clock.advance(500);
  expect(t.session.stats().topics.quiet?.proven).toBe(t.clock.now() - 0.5 * second);
});

test('a new connection that accepts everything and sends nothing for a while has nothing before its first data', async () => {
  let mute: Client | null = null;
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      ack(client, frame);
      if (venue.clients.length === 1) return;
      mute = client;
      client.topics.clear();
    },
  });
  await using t = testSession([venue.url], { timeouts, subscriptions });
  await begin(t, venue);
  await live(t, venue, age + 1, { a: 1, t: 2 });
  await until(() => mute !== null, 'the second connection');
  await live(t, venue, 5, { a: 1 });
  const from = t.clock.now();
  venue.clients[0]?.socket.terminate();
  await t.event('disconnected');
  await live(t, venue, 5);
  for (const { topic } of subscriptions) venue.client.topics.add(topic);
  await live(t, venue, 1, { a: 1 });
  const to = t.clock.now();
  await live(t, venue, 1, { a: 1 });
  const gap = { cause: 'disconnect', from, to };
  expect(t.all('resumed').slice(3)).toMatchObject(['a', 't', 'quiet'].map((topic) => ({ topic, ...gap })));
});

test('a connection that was dead without a sign when its replacement came: the trades of that time are missing', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { timeouts, subscriptions });
  await begin(t, venue);
  await live(t, venue, age - 15, { a: 1, t: 2 });
  const from = t.clock.now();
  venue.client.topics.clear();
  await live(t, venue, 17);
  await until(() => venue.clients.length === 2 && venue.client.topics.size === 3, 'the second connection');
  const connected = t.all('connected')[1]?.at ?? 0;
  expect(connected).toBeGreaterThan(from + 13 * second);
  await live(t, venue, 10, { a: 1, t: 2 });
  // The old one may still be slow: it gets its time.
  expect([t.all('overlap'), t.all('interrupted')]).toEqual([[], []]);
  expect(t.session.stats().topics.t, 'brought by the new one, but not from where the old one ended').toMatchObject({
    proven: from,
  });
  await live(t, venue, 25, { a: 1, t: 2 });
  expect(t.all('overlap')).toMatchObject([{ taken: true }]);
  expect(t.all('interrupted')).toMatchObject([
    {
      cause: 'disconnect',
      topics: [
        { topic: 't', from },
        { topic: 'quiet', from },
      ],
    },
  ]);
  const gaps = t.all('resumed').slice(3);
  expect(gaps).toMatchObject([
    { topic: 't', from, cause: 'disconnect' },
    { topic: 'quiet', from, cause: 'disconnect' },
  ]);
  for (const { to } of gaps) {
    expect(to).toBeGreaterThanOrEqual(connected);
    expect(to).toBeLessThanOrEqual(connected + 3 * second);
  }
});
