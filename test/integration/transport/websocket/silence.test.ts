import { minute, second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { until } from '../../../support/manual-clock.ts';
import { begin, book, deliver, live, testSession, trades } from '../../../support/session.ts';
import { ack, startStreamVenue } from '../../../support/stream-venue.ts';

/** Seconds in which a rhythm comes to be known. */
const known = 15 * 60;

test('a topic that falls silent beside living siblings is only believed its own messages, whatever was shown since', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a'), trades('t')] });
  await begin(t, venue);
  await live(t, venue, known, { a: 1, t: 10 });
  const last = t.clock.now();
  const mute = () => venue.clients[0]?.topics.delete('t');
  venue.behaviour.answer = (client, frame) => {
    ack(client, frame);
    mute();
  };
  mute();
  await live(t, venue, 59, { a: 1 });
  expect(t.session.stats().topics.t).toMatchObject({ lastData: last, missing: null });
  expect(t.session.stats().topics.t?.proven).toBeGreaterThan(last + 55 * second);
  await live(t, venue, 2, { a: 1 });
  expect(t.all('interrupted')).toMatchObject([{ cause: 'silent', topics: [{ topic: 't', from: last }] }]);
  expect(t.session.stats().topics.t).toMatchObject({ proven: last, missing: 'silent' });
  await until(() => venue.client.frames.length === 3, 'that it is asked for again');
  // The connection that it fell silent on shows nothing of it any more, heeded as it is.
  await live(t, venue, 50, { a: 1 });
  expect(t.session.stats().topics.t).toMatchObject({ proven: last, missing: 'silent' });
  await live(t, venue, 20, { a: 1 });
  expect(t.all('watchdog').map(({ step }) => step)).toEqual(['resubscribe', 'reconnect']);
  const [first, next] = t.all('connected');
  expect(t.all('overlap')).toMatchObject([{ taken: true, connections: [first?.connection, next?.connection] }]);
  // Nothing happens in the market: it is the new connection's other data that ends the gap.
  expect(t.all('resumed').at(-1)).toMatchObject({
    topic: 't',
    cause: 'silent',
    from: last,
    connection: next?.connection,
  });
  const { to = 0 } = t.all('resumed').at(-1) ?? {};
  expect(to).toBeGreaterThanOrEqual(next?.at ?? Infinity);
  expect(to).toBeLessThanOrEqual((next?.at ?? 0) + second);
});

test('nor is it believed more when the whole connection stalls meanwhile', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a'), trades('t')] });
  await begin(t, venue);
  await live(t, venue, known, { a: 1, t: 10 });
  const last = t.clock.now();
  await live(t, venue, 65, { a: 1 });
  expect(t.session.stats().topics.t).toMatchObject({ missing: 'silent' });
  await live(t, venue, 35);
  expect(t.all('interrupted').at(-1)).toMatchObject({ cause: 'silent', topics: [{ topic: 'a' }] });
  await live(t, venue, 5, { a: 1 });
  const { topics } = t.session.stats();
  expect([topics.a, topics.t]).toMatchObject([{ missing: null }, { proven: last, missing: 'silent' }]);
});

test('silent alone and along with the connection at once: it is only believed its own messages', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a'), trades('t')] });
  await begin(t, venue);
  await live(t, venue, known, { a: 1, t: 10 });
  const last = t.clock.now();
  await live(t, venue, 30, { a: 1 });
  await live(t, venue, 31);
  expect(t.all('interrupted')).toMatchObject([
    {
      cause: 'silent',
      topics: [
        { topic: 'a', from: last + 30 * second },
        { topic: 't', from: last },
      ],
    },
  ]);
});

test('a message that was under way when a silent topic was asked for again: it is believed as before', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a'), trades('t')] });
  await begin(t, venue);
  await live(t, venue, known, { a: 1, t: 10 });
  const last = t.clock.now();
  const acks: (() => void)[] = [];
  venue.behaviour.answer = (client, frame) => acks.push(() => ack(client, frame));
  await live(t, venue, 61, { a: 1 });
  await until(() => acks.length === 2, 'that it is asked for again');
  const before = t.session.stats().messages;
  venue.client.socket.send('data t late');
  await until(() => t.session.stats().messages === before + 1, 'the message');
  await live(t, venue, 5, { a: 1 });
  expect(t.session.stats().topics.t).toMatchObject({ missing: 'silent' });
  const { messages } = t.session.stats();
  for (const answer of acks) answer();
  await until(() => t.session.stats().messages === messages + 2, 'the acks');
  const to = t.clock.now();
  await live(t, venue, 2, { a: 1 });
  expect(t.all('resumed').at(-1)).toMatchObject({ topic: 't', cause: 'silent', from: last, to: to + second });
});

test('a message that was only late ends the gap of a silent topic, on the same connection', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a'), trades('t')] });
  await begin(t, venue);
  await live(t, venue, known, { a: 1, t: 10 });
  const last = t.clock.now();
  await live(t, venue, 70, { a: 1 });
  expect(t.session.stats().topics.t).toMatchObject({ missing: 'silent' });
  await deliver(t, venue, ['t']);
  expect(t.all('resumed').at(-1)).toMatchObject({ topic: 't', from: last, to: last + 70 * second });
  await live(t, venue, 10, { a: 1 });
  await t.clock.advance(500);
  expect(t.session.stats().topics.t).toMatchObject({ proven: last + 80 * second, missing: null });
});

test('a channel that falls silent as a whole: its quiet topics are missing since its last message, not since ever', async () => {
  await using venue = await startStreamVenue();
  const subscriptions = [book('a'), ...['x', 'y', 'never'].map((name) => trades(name))];
  await using t = testSession([venue.url], { subscriptions });
  const started = await begin(t, venue);
  await live(t, venue, 31 * 60, { a: 1, x: 10, y: 15 });
  const last = t.clock.now();
  const before = t.all('watchdog').length;
  expect(t.all('watchdog').flatMap(({ topics }) => topics.map(({ topic }) => topic))).toEqual(['never', 'never']);
  await live(t, venue, 62, { a: 1 });
  const told = t.all('interrupted').filter(({ cause }) => cause === 'silent');
  expect(told.flatMap(({ topics }) => topics)).toEqual(['x', 'y', 'never'].map((topic) => ({ topic, from: last })));
  expect(last - started).toBe(31 * minute);
  // However often a quiet topic was asked for in vain: that is no reason to leave the host at the first alarm.
  expect(t.all('watchdog').slice(before)).toMatchObject([{ step: 'resubscribe' }]);
  await live(t, venue, 20, { a: 1 });
  expect(t.session.stats().topics.never, 'books show nothing of trades').toMatchObject({ missing: 'silent' });
  await deliver(t, venue, ['y']);
  const back = t.clock.now();
  await t.clock.advance(500);
  expect(t.all('resumed').slice(-2)).toMatchObject([
    { topic: 'y', to: back },
    { topic: 'never', from: last, to: back },
  ]);
  expect(t.session.stats().topics.x, 'it has a rhythm of its own').toMatchObject({ missing: 'silent' });
});

test('a connection that brings nothing for a while: quiet topics are missing as long as it, and no longer', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a'), trades('t')] });
  await begin(t, venue);
  await live(t, venue, 100, { a: 1 });
  const last = t.clock.now();
  await live(t, venue, 40);
  expect(t.all('interrupted')).toMatchObject([
    {
      cause: 'silent',
      topics: [
        { topic: 'a', from: last },
        { topic: 't', from: last },
      ],
    },
  ]);
  await deliver(t, venue, ['a']);
  const back = t.clock.now();
  await t.clock.advance(500);
  expect(t.all('resumed').slice(2)).toMatchObject([
    { topic: 'a', cause: 'silent', from: last, to: back },
    { topic: 't', cause: 'silent', from: last, to: back },
  ]);
  expect(t.all('connected').length).toBe(1);
});
