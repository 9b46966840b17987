import { hour, minute, second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { ManualClock, until } from '../../../support/manual-clock.ts';
import { book, type TestSession, testSession, trades } from '../../../support/session.ts';
import { ack, answerHttp, type StreamVenue, startStreamVenue, streamRules } from '../../../support/stream-venue.ts';

const rules = streamRules({ limits: { ...streamRules().limits, maxAgeMs: (24 * hour) / 1000 } });
const timeouts = { rotateMs: hour / 1000 };
/** Nothing ever comes of it, and that is no reason to ask for it again. */
const quiet = trades('quiet', hour / 1000);

/** Starts, and lets an hour pass with a message of `a` and `b` every ten seconds. */
async function anHour(t: TestSession, venue: StreamVenue): Promise<void> {
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  for (let n = 0; n < 342; n++) await flow(t, venue);
}

async function flow(t: TestSession, venue: StreamVenue, topics: readonly string[] = ['a', 'b']): Promise<void> {
  await t.clock.advance(10_000);
  const { attempts } = t.session.stats();
  await until(() => t.all('connected').length + t.all('failed').length === attempts, 'the attempts');
  await until(() => t.session.stats().connections.length <= venue.connected.length, 'the old connection');
  const sent = venue.connected.reduce((sum, one) => sum + topics.filter((topic) => one.topics.has(topic)).length, 0);
  const before = t.session.stats().messages;
  for (const topic of topics) venue.send(topic, String(t.clock.now()));
  await until(() => t.session.stats().messages >= before + sent, 'the messages');
}

test('before it grows too old a connection is replaced: the new one brings data before the old one goes', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { rules, timeouts, subscriptions: [book('a'), book('b'), quiet] });
  const started = t.clock.now();
  await anHour(t, venue);
  const closes: number[] = [];
  venue.clients[0]?.socket.on('close', (code) => closes.push(code));
  for (let n = 0; n < 3; n++) await flow(t, venue);
  await until(() => closes.length === 1, 'the end of the old connection');
  expect(closes).toEqual([1000]);
  expect(venue.attempts).toBe(2);
  const [first, next] = t.all('connected');
  expect((next?.at ?? 0) - started).toBeGreaterThanOrEqual(57 * minute);
  expect((next?.at ?? 0) - started).toBeLessThanOrEqual(60 * minute);
  expect(t.all('overlap')).toMatchObject([
    { reason: 'age', taken: true, doubled: ['a', 'b'], connections: [first?.connection, next?.connection] },
  ]);
  expect([t.all('interrupted'), t.all('disconnected')]).toEqual([[], []]);
  expect(t.session.stats().reconnects).toEqual({ age: 1 });
  const [overlap] = t.all('overlap');
  const doubled = t.messages.filter(({ text, connection }) =>
    t.messages.some((other) => other.text === text && other.connection !== connection),
  );
  expect(doubled.length).toBeGreaterThan(0);
  for (const { received } of doubled) {
    expect(received).toBeGreaterThanOrEqual(overlap?.from ?? Infinity);
    expect(received).toBeLessThanOrEqual(overlap?.to ?? 0);
  }
  const times = new Set(t.messages.filter(({ topic }) => topic === 'a').map(({ received }) => received));
  expect(times.size).toBe(345);
});

test('a replacement that brings less is given up, and tried again; nothing is lost', async () => {
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      ack(client, frame);
      if (venue.clients.length === 2) client.topics.delete('b');
    },
  });
  await using t = testSession([venue.url], { rules, timeouts, subscriptions: [book('a'), book('b')] });
  await anHour(t, venue);
  for (let n = 0; n < 8; n++) await flow(t, venue);
  expect(t.all('overlap')).toMatchObject([
    { taken: false, doubled: ['a'] },
    { taken: true, doubled: ['a', 'b'] },
  ]);
  expect(venue.attempts).toBe(3);
  const times = new Set(t.messages.filter(({ topic }) => topic === 'b').map(({ received }) => received));
  expect(times.size).toBe(350);
  expect(t.all('interrupted')).toEqual([]);
});

test('while no replacement can be had the old connection stays', async () => {
  let full = false;
  await using venue = await startStreamVenue({
    refuse: (socket) => full && answerHttp(socket, '503 Service Unavailable', {}, ''),
  });
  await using t = testSession([venue.url], { rules, timeouts, subscriptions: [book('a'), book('b')] });
  const opened = until(() => venue.clients.length === 1);
  t.session.start();
  await opened;
  full = true;
  await anHour(t, venue);
  for (let n = 0; n < 18; n++) await flow(t, venue);
  expect(t.all('failed').length).toBeGreaterThan(3);
  expect(t.all('failed').length).toBeLessThan(15);
  full = false;
  for (let n = 0; n < 8; n++) await flow(t, venue);
  expect(t.all('overlap')).toMatchObject([{ taken: true }]);
  expect(t.all('interrupted')).toEqual([]);
});

test('the old connection dies while its replacement comes up: the new one takes over', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { rules, timeouts, subscriptions: [book('a'), book('b')] });
  await anHour(t, venue);
  // It is up, and no data has come since.
  await until(() => venue.clients.length === 2 || t.session.stats().connections.length === 1);
  for (let n = 0; venue.clients.length < 2 && n < 20; n++) {
    await t.clock.advance(10_000);
    await until(() => t.all('connected').length === t.session.stats().attempts);
  }
  await until(() => venue.client.topics.size === 2);
  const last = t.messages.at(-1)?.received;
  venue.clients[0]?.socket.terminate();
  await t.event('disconnected');
  expect(venue.attempts).toBe(2);
  venue.send('a');
  await t.event('resumed', 3);
  expect(t.all('interrupted')).toMatchObject([{ cause: 'disconnect' }]);
  expect(t.all('resumed').at(-1)).toMatchObject({ topic: 'a', from: last });
});

test('connections of one age are replaced before the venue cuts them, and not at the same time', async () => {
  await using venue = await startStreamVenue();
  const clock = new ManualClock();
  const limits = { ...streamRules().limits, maxAgeMs: (20 * minute) / 1000 };
  const sessions = Array.from({ length: 4 }, (_, n) =>
    testSession([venue.url], {
      rules: streamRules({ limits }),
      clock,
      exchange: 'rotation',
      random: () => n / 4,
      subscriptions: [trades('t', 24 * 3_600_000)],
    }),
  );
  await using _all = new AsyncDisposableStack();
  for (const one of sessions) _all.use(one);
  const started = clock.now();
  for (const { session } of sessions) session.start();
  while (clock.now() < started + 20 * minute) {
    await clock.advance(5_000);
    for (const t of sessions) await t.event('connected', t.session.stats().attempts);
    for (const { socket } of venue.connected) socket.send('{"pong":1}');
    const heard = sessions.map((t) => t.session.stats().messages);
    await until(() => sessions.every((t, n) => t.session.stats().messages > (heard[n] ?? 0)));
  }
  const ages = sessions.map((t) => (t.all('connected')[1]?.at ?? 0) - (t.all('connected')[0]?.at ?? 0));
  expect(ages.map((age) => Math.floor(age / second))).toEqual([1164, 1149, 1135, 1121]);
  expect(sessions.flatMap((t) => t.all('disconnected'))).toEqual([]);
});
