import { second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { startFaultProxy } from '../../../support/fault-proxy.ts';
import { until } from '../../../support/manual-clock.ts';
import { begin, book, deliver, live, testSession, trades } from '../../../support/session.ts';
import {
  ack,
  type Client,
  type ClientFrame,
  refuse,
  startStreamVenue,
  streamRules,
} from '../../../support/stream-venue.ts';

/** A book that flows, and trades of a market in which nothing happens. */
const subscriptions = [book('a'), trades('t')];

/** Topics that are proven, by name, in seconds since then. */
function provenSince(t: ReturnType<typeof testSession>, since: number): Record<string, number | null> {
  return Object.fromEntries(
    [...t.session.proven()].map(([topic, at]) => [topic, at === null ? null : (at - since) / second]),
  );
}

test('data of a sibling after the ack shows that a quiet topic lost nothing since the first of it', async () => {
  const acks: (() => void)[] = [];
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      if (frame.topics.includes('a')) ack(client, frame);
      else acks.push(() => ack(client, frame));
    },
  });
  const rules = streamRules({ limits: { ...streamRules().limits, topicsPerFrame: 1 } });
  await using t = testSession([venue.url], { rules, subscriptions });
  const started = await begin(t, venue);
  await live(t, venue, 20, { a: 1 });
  expect(t.all('resumed').map(({ topic }) => topic)).toEqual(['a']);
  expect(t.session.stats().topics.t).toMatchObject({ lastData: null, proven: null, missing: 'start' });
  await t.clock.advance(500);
  const { messages } = t.session.stats();
  for (const answer of acks) answer();
  await until(() => t.session.stats().messages > messages, 'the ack');
  await t.clock.advance(1_000);
  expect(t.session.stats().topics.t, 'nothing has come since the ack').toMatchObject({ missing: 'start' });
  await deliver(t, venue, ['a']);
  await t.clock.advance(500);
  const gap = { from: started, to: started + 21.5 * second };
  expect(t.all('resumed').slice(1)).toMatchObject([
    { topic: 't', cause: 'start', ...gap, at: started + 22 * second, connection: t.all('connected')[0]?.connection },
  ]);
  expect(provenSince(t, started)).toEqual({ a: 21.5, t: 21.5 });
  await live(t, venue, 60, { a: 7 });
  await t.clock.advance(500);
  const { topics } = t.session.stats();
  expect(topics.t).toEqual({ channel: 'trades', lastData: null, proven: topics.a?.lastData, missing: null });
  expect(t.all('interrupted')).toEqual([]);
});

test('without an ack a topic shows itself, and nothing else shows it before', async () => {
  await using venue = await startStreamVenue({ answer: () => {} });
  await using t = testSession([venue.url], { subscriptions });
  const started = await begin(t, venue);
  await live(t, venue, 30, { a: 1 });
  expect(provenSince(t, started)).toEqual({ a: 30, t: null });
  await deliver(t, venue, ['t']);
  expect(t.all('resumed').slice(1)).toMatchObject([{ topic: 't', from: started, to: started + 30 * second }]);
  await live(t, venue, 10, { a: 1 });
  await t.clock.advance(500);
  expect(provenSince(t, started)).toEqual({ a: 40, t: 40 });
});

test('where a venue acknowledges nothing a subscription is heeded a second after its frame', async () => {
  await using venue = await startStreamVenue({ answer: () => {} });
  await using t = testSession([venue.url], { rules: streamRules({ acknowledges: false }), subscriptions });
  const started = await begin(t, venue);
  await t.clock.advance(600);
  await deliver(t, venue, ['a']);
  await t.clock.advance(1_000);
  expect(provenSince(t, started)).toEqual({ a: 0.6, t: null });
  await deliver(t, venue, ['a']);
  await t.clock.advance(500);
  expect(t.all('resumed').slice(1)).toMatchObject([{ topic: 't', from: started, to: started + 1.6 * second }]);
  expect(provenSince(t, started)).toEqual({ a: 1.6, t: 1.6 });
});

test('a frame that such a venue put off was not heeded', async () => {
  const answer = (client: Client, { topics }: ClientFrame) => {
    if (!topics.includes('t') || client.frames.length > 2) return;
    client.topics.delete('t');
    refuse(client, null, null, 'rate_limited');
  };
  await using venue = await startStreamVenue({ answer });
  const limits = { ...streamRules().limits, topicsPerFrame: 1 };
  await using t = testSession([venue.url], { rules: streamRules({ acknowledges: false, limits }), subscriptions });
  const started = await begin(t, venue);
  await t.clock.advance(1_000);
  await until(() => venue.client.frames.length === 2 && t.session.stats().messages === 1, 'the refusal');
  await live(t, venue, 4, { a: 1 });
  expect(provenSince(t, started)).toEqual({ a: 5, t: null });
  await t.clock.advance(1_000);
  await until(() => venue.client.frames.length === 3, 'that it is asked for again');
  await live(t, venue, 2, { a: 1 });
  await t.clock.advance(500);
  expect(t.all('resumed').slice(1)).toMatchObject([{ topic: 't', from: started, to: started + 7 * second }]);
});

test('a peer that is gone proves nothing: a quiet topic is missing from the last data of any on', async () => {
  await using venue = await startStreamVenue();
  await using relay = await startFaultProxy(venue.port);
  await using t = testSession([`ws://127.0.0.1:${relay.port}`], { subscriptions });
  const started = await begin(t, venue);
  await deliver(t, venue, ['t']);
  await live(t, venue, 10, { a: 2 });
  relay.freeze();
  venue.client.topics.clear();
  await t.clock.advance(14_000);
  expect(t.session.stats().connections.length).toBe(1);
  expect(provenSince(t, started)).toEqual({ a: 10, t: 10 });
  await t.clock.advance(1_500);
  await t.event('disconnected');
  const from = started + 10 * second;
  expect(t.all('interrupted')).toMatchObject([
    {
      cause: 'disconnect',
      topics: [
        { topic: 'a', from },
        { topic: 't', from },
      ],
    },
  ]);
  relay.thaw();
  const { messages } = t.session.stats();
  await t.clock.advance(1_000);
  await until(() => t.session.stats().messages === messages + 1, 'the ack of the second subscription');
  const to = t.clock.now();
  await live(t, venue, 1, { a: 1 });
  await t.clock.advance(500);
  expect(t.all('resumed').slice(2)).toMatchObject([
    { topic: 'a', cause: 'disconnect', from, to: to + second },
    { topic: 't', cause: 'disconnect', from, to: to + second },
  ]);
});

test('an end of the session leaves a quiet topic proven until the last data of any', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [...subscriptions, trades('late')] });
  const started = await begin(t, venue);
  await live(t, venue, 5, { a: 5 });
  venue.behaviour.answer = () => {};
  t.session.add([trades('later')]);
  await t.clock.advance(3_000);
  // Nobody has looked at this yet when the end comes.
  await deliver(t, venue, ['a']);
  await t.session.close();
  const from = started + 8 * second;
  // Of the last one nothing is known yet.
  expect(t.all('interrupted')).toEqual([
    {
      kind: 'interrupted',
      at: from,
      cause: 'shutdown',
      topics: ['a', 't', 'late'].map((topic) => ({ topic, from })),
    },
  ]);
});

test('a session that ends while a topic is missing does not tell it again', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions });
  const started = await begin(t, venue);
  await live(t, venue, 5, { a: 5 });
  venue.behaviour.refuse = () => true;
  venue.client.socket.terminate();
  await t.event('disconnected');
  await t.session.close();
  expect(t.all('interrupted')).toMatchObject([
    { cause: 'disconnect', topics: [{ from: started + 5 * second }, { from: started + 5 * second }] },
  ]);
});
