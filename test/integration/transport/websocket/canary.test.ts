import { second } from '@feedlake/schema';
import type { Subscription } from '@feedlake/transport';
import { expect, test } from 'vitest';
import { until } from '../../../support/manual-clock.ts';
import { begin, book, deliver, live, testSession, trades } from '../../../support/session.ts';
import { ack, refuse, startStreamVenue, streamRules } from '../../../support/stream-venue.ts';

const canary: Subscription = { topic: 'canary', channel: 'marks', silenceMs: 30_000 };
const rules = streamRules({ canary });
const subscriptions = [trades('t'), trades('u')];

test('quiet topics alone have a canary: it proves them, and nobody hears of it', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { rules, subscriptions });
  const started = await begin(t, venue);
  expect(venue.client.frames).toEqual([{ op: 'subscribe', id: 1, topics: ['t', 'u', 'canary'] }]);
  await until(() => t.session.stats().messages === 1, 'the ack');
  await live(t, venue, 300, { canary: 1, t: 7 });
  expect(new Set(t.messages.map(({ topic }) => topic))).toEqual(new Set(['t']));
  expect(t.all('resumed').map(({ topic, to }) => [topic, to - started])).toEqual([
    ['t', second],
    ['u', second],
  ]);
  await t.clock.advance(500);
  const proven = started + 300 * second;
  expect([...t.session.proven()]).toEqual([
    ['t', proven],
    ['u', proven],
  ]);
  expect(Object.keys(t.session.stats().topics)).toEqual(['t', 'u']);
  venue.client.socket.terminate();
  await t.event('disconnected');
  await t.clock.advance(1_000);
  await until(() => venue.clients.length === 2 && venue.client.topics.size === 3, 'the second subscription');
  await live(t, venue, 2, { canary: 1 });
  expect(t.all('interrupted')).toMatchObject([
    {
      topics: [
        { topic: 't', from: proven },
        { topic: 'u', from: proven },
      ],
    },
  ]);
  expect(t.all('resumed').slice(2)).toMatchObject([{ topic: 't' }, { topic: 'u' }]);
});

test('a canary that falls silent gives the connection away', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { rules, subscriptions });
  await begin(t, venue);
  await live(t, venue, 20, { canary: 1 });
  const last = t.clock.now();
  const [first] = venue.clients;
  venue.behaviour.answer = (client, frame) => {
    ack(client, frame);
    if (client === first) client.topics.clear();
  };
  first?.topics.clear();
  await live(t, venue, 70, { canary: 1 });
  expect(t.all('watchdog').map(({ step, at }) => [step, Math.floor((at - last) / second)])).toEqual([
    ['resubscribe', 30],
    ['reconnect', 60],
  ]);
  expect(t.all('interrupted')).toEqual([
    {
      kind: 'interrupted',
      at: last + 30 * second,
      cause: 'silent',
      topics: [
        { topic: 't', from: last },
        { topic: 'u', from: last },
      ],
    },
  ]);
  const next = t.all('connected')[1];
  expect(t.all('overlap')).toMatchObject([{ taken: true, reason: 'silent' }]);
  expect(t.all('resumed').slice(2)).toMatchObject(
    ['t', 'u'].map((topic) => ({ topic, cause: 'silent', from: last, connection: next?.connection })),
  );
  for (const { to } of t.all('resumed').slice(2)) expect(to - (next?.at ?? 0)).toBeLessThanOrEqual(second);
});

test('a canary goes with the last topic, and comes back with the next', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { rules, subscriptions });
  await begin(t, venue);
  t.session.remove(['t', 'canary']);
  await live(t, venue, 5, { canary: 1 });
  expect([...venue.client.topics], 'nobody but the session itself gives it up').toEqual(['u', 'canary']);
  t.session.remove(['u']);
  await until(() => venue.connected.length === 0, 'the end of the connection');
  expect([t.session.stats().connections, t.session.stats().topics]).toEqual([[], {}]);
  t.session.add([trades('v')]);
  await t.clock.advance(1_000);
  await until(() => venue.connected.length === 1 && venue.client.topics.size === 2, 'another one');
  expect([...venue.client.topics]).toEqual(['v', 'canary']);
});

test('there is none beside a topic that flows, and one as soon as the last of those is gone', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { rules, subscriptions: [...subscriptions, book('a')] });
  await begin(t, venue);
  await live(t, venue, 5, { a: 1 });
  expect([...venue.client.topics]).toEqual(['t', 'u', 'a']);
  t.session.remove(['a']);
  await t.clock.advance(1_000);
  await until(() => venue.client.topics.has('canary'), 'the canary');
  expect([...venue.client.topics]).toEqual(['t', 'u', 'canary']);
});

test('somebody asks for the canary: it begins anew, and is a topic as any other', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { rules, subscriptions });
  await begin(t, venue);
  await live(t, venue, 5, { canary: 1 });
  t.session.add([{ ...canary, silenceMs: 20_000 }]);
  const asked = t.clock.now();
  await t.clock.advance(1_000);
  await until(() => venue.client.frames.length === 3, 'that it is asked for again');
  expect(venue.client.frames.slice(1).map(({ op, topics }) => [op, topics])).toEqual([
    ['unsubscribe', ['canary']],
    ['subscribe', ['canary']],
  ]);
  await deliver(t, venue, ['canary']);
  expect(t.messages.map(({ topic }) => topic)).toEqual(['canary']);
  expect(t.all('resumed').at(-1)).toMatchObject({ topic: 'canary', from: asked, to: asked + second });
  expect(t.session.stats().topics.canary).toMatchObject({ channel: 'marks', missing: null });
  await live(t, venue, 21);
  expect(
    t
      .all('interrupted')
      .at(-1)
      ?.topics.map(({ topic }) => topic),
  ).toContain('canary');
  t.session.remove(['canary']);
  await t.clock.advance(1_000);
  await until(() => venue.client.frames.length >= 5 && venue.client.topics.has('canary'), 'a canary again');
  const { messages } = t;
  const before = messages.length;
  await deliver(t, venue, ['canary']);
  expect(messages.length).toBe(before);
});

test('a canary that the venue refuses is done without', async () => {
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      const isRefused = frame.op === 'subscribe' && frame.topics.includes('canary');
      if (!isRefused) {
        ack(client, frame);
        return;
      }
      for (const topic of frame.topics) client.topics.delete(topic);
      refuse(client, frame.id, ['canary']);
    },
  });
  await using t = testSession([venue.url], { rules, subscriptions });
  await begin(t, venue);
  await t.event('refused');
  await t.clock.advance(1_000);
  await until(() => venue.client.topics.size === 2, 'the others');
  await live(t, venue, 50, { t: 5, u: 5 });
  expect(venue.client.frames.map(({ topics }) => topics)).toEqual([
    ['t', 'u', 'canary'],
    ['t', 'u'],
  ]);
  expect([t.all('interrupted'), t.all('disconnected')]).toEqual([[], []]);
});

test('the canary of one connection says nothing of the same topic on another', async () => {
  await using venue = await startStreamVenue();
  const limits = { ...rules.limits, topicsPerConnection: 1 };
  await using t = testSession([venue.url], {
    rules: { ...rules, limits },
    subscriptions: [trades('t'), book('canary')],
  });
  t.session.start();
  await t.event('connected');
  await t.clock.advance(150);
  await t.event('connected', 2);
  await until(() => venue.clients.every(({ frames }) => frames.length === 1) && venue.clients.length === 2, 'both');
  expect(venue.clients.map(({ topics }) => [...topics])).toEqual([['t', 'canary'], ['canary']]);
  await live(t, venue, 5, { canary: 1 });
  expect(t.messages.length, 'each once').toBe(5);
  venue.clients[0]?.socket.terminate();
  await t.event('disconnected');
  expect(t.all('interrupted').flatMap(({ topics }) => topics.map(({ topic }) => topic))).toEqual(['t']);
  await t.clock.advance(1_000);
  await until(() => venue.clients.length === 3 && venue.client.topics.size === 2, 'the first one again');
  await live(t, venue, 2, { canary: 1 });
  expect(t.all('resumed').map(({ topic, cause }) => [topic, cause])).toEqual([
    ['canary', 'start'],
    ['t', 'start'],
    ['t', 'disconnect'],
  ]);
  expect(Object.keys(t.session.stats().topics)).toEqual(['t', 'canary']);
});
