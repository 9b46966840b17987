import { hour, second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { until } from '../../../support/manual-clock.ts';
import { begin, book, deliver, live, type TestSession, testSession, trades } from '../../../support/session.ts';
import { ack, type StreamVenue, startStreamVenue, streamRules } from '../../../support/stream-venue.ts';

/** A venue that answers the first subscription, and from then on when it is told to. */
async function slowVenue() {
  const answers: (() => void)[] = [];
  const venue = await startStreamVenue({
    answer: (client, frame) => {
      if (frame.id === 1) ack(client, frame);
      else answers.push(() => ack(client, frame));
    },
  });
  return { venue, answers };
}

/** Ten minutes and a bit: long enough to ask for the trades again, by frames that are at the venue then. */
async function askAgain(t: TestSession, venue: StreamVenue): Promise<number> {
  const started = await begin(t, venue);
  await live(t, venue, 600, { a: 3 });
  await t.clock.advance(150);
  await until(() => venue.client.frames.length === 3, 'that it is asked for again');
  expect(venue.client.frames.slice(1).map(({ op, topics }) => [op, topics])).toEqual([
    ['unsubscribe', ['t']],
    ['subscribe', ['t']],
  ]);
  return started;
}

async function answered(t: TestSession, answer: (() => void) | undefined): Promise<void> {
  const { messages } = t.session.stats();
  answer?.();
  await until(() => t.session.stats().messages > messages, 'the answer');
}

test('asking again on a suspicion is told: missing from the last evidence until that is heeded', async () => {
  const { venue, answers } = await slowVenue();
  await using _venue = venue;
  await using t = testSession([venue.url], { subscriptions: [book('a'), trades('t')] });
  const started = await askAgain(t, venue);
  const from = started + 597 * second;
  expect(t.all('interrupted')).toEqual([
    { kind: 'interrupted', at: started + 600 * second, cause: 'resubscribe', topics: [{ topic: 't', from }] },
  ]);
  expect(t.session.stats().topics.t).toMatchObject({ proven: from, missing: 'resubscribe' });
  // That the old subscription has ended is no answer to the new one.
  await answered(t, answers[0]);
  await live(t, venue, 6, { a: 1 });
  expect(t.session.stats().topics.t).toMatchObject({ proven: from, missing: 'resubscribe' });
  await answered(t, answers[1]);
  const to = t.clock.now();
  await live(t, venue, 2, { a: 1 });
  expect(t.all('resumed').slice(2)).toMatchObject([{ topic: 't', cause: 'resubscribe', from, to: to + second }]);
  expect(t.session.stats().topics.t).toMatchObject({ missing: null });
  expect(t.all('connected').length).toBe(1);
});

test('a message of the old subscription that is still under way does not end that', async () => {
  const { venue, answers } = await slowVenue();
  await using _venue = venue;
  await using t = testSession([venue.url], { subscriptions: [book('a'), trades('t')] });
  const started = await askAgain(t, venue);
  await deliver(t, venue, ['t']);
  expect(t.messages.at(-1)?.topic).toBe('t');
  expect(t.session.stats().topics.t).toMatchObject({ missing: 'resubscribe' });
  await answered(t, answers[0]);
  await t.clock.advance(350);
  await answered(t, answers[1]);
  const to = t.clock.now();
  await deliver(t, venue, ['t']);
  expect(t.all('resumed').slice(2)).toMatchObject([{ topic: 't', from: started + 597 * second, to }]);
});

test('without an answer a message that comes long after shows that the new subscription is heeded', async () => {
  const { venue } = await slowVenue();
  await using _venue = venue;
  await using t = testSession([venue.url], { subscriptions: [book('a'), trades('t')] });
  const started = await askAgain(t, venue);
  await live(t, venue, 20, { a: 1 });
  expect(t.session.stats().topics.t).toMatchObject({ missing: 'resubscribe' });
  await deliver(t, venue, ['t']);
  const to = t.clock.now();
  expect(t.all('resumed').slice(2)).toMatchObject([{ topic: 't', from: started + 597 * second, to }]);
  await live(t, venue, 5, { a: 1 });
  await t.clock.advance(500);
  expect(t.session.stats().topics.t).toMatchObject({ proven: to + 5 * second, missing: null });
});

test.each([
  ['was answered', true],
  ['is answered meanwhile', false],
])('between the frames the first subscription, which %s, shows nothing any more', async (_how, atOnce) => {
  const first: (() => void)[] = [];
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      if (atOnce || frame.id === 1 || frame.id > 2) ack(client, frame);
      else first.push(() => ack(client, frame));
    },
  });
  const limits = { ...streamRules().limits, frames: { count: 1, seconds: 5 }, topicsPerFrame: 1 };
  await using t = testSession([venue.url], { rules: streamRules({ limits }), subscriptions: [book('a'), trades('t')] });
  await begin(t, venue);
  await live(t, venue, 606, { a: 1 });
  const frames = () => venue.client.frames.map(({ op, topics }) => [op, topics[0]]);
  expect(frames().slice(2), 'it is given up').toEqual([['unsubscribe', 't']]);
  const { missing } = t.session.stats().topics.t ?? {};
  expect(missing).toBe(atOnce ? 'resubscribe' : 'start');
  for (const answer of first) await answered(t, answer);
  await live(t, venue, 2, { a: 1 });
  expect(frames().length).toBe(3);
  expect(t.session.stats().topics.t).toMatchObject({ missing });
  await live(t, venue, 5, { a: 1 });
  expect(frames().slice(3)).toEqual([['subscribe', 't']]);
  expect(t.session.stats().topics.t).toMatchObject({ missing: null });
  expect(t.all('resumed').at(-1)).toMatchObject({ topic: 't', cause: missing });
  expect(t.clock.now() - (t.all('resumed').at(-1)?.to ?? 0)).toBeLessThan(5 * second);
});

test('a late answer to the first subscription is none to the second', async () => {
  const answers: (() => void)[] = [];
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      if (frame.topics.includes('a')) ack(client, frame);
      else answers.push(() => ack(client, frame));
    },
  });
  const rules = streamRules({ limits: { ...streamRules().limits, topicsPerFrame: 1 } });
  await using t = testSession([venue.url], { rules, subscriptions: [book('a'), trades('t')] });
  const started = await begin(t, venue);
  await live(t, venue, 602, { a: 1 });
  await until(() => answers.length === 3, 'that it is asked for again');
  await answered(t, answers[0]);
  await live(t, venue, 3, { a: 1 });
  expect(t.session.stats().topics.t).toMatchObject({ proven: null, missing: 'start' });
  await answered(t, answers[1]);
  await answered(t, answers[2]);
  await live(t, venue, 2, { a: 1 });
  expect(t.all('resumed').slice(1)).toMatchObject([{ topic: 't', from: started, to: started + 606 * second }]);
  expect(t.all('interrupted'), 'it was missing all the time').toEqual([]);
});

test('it is asked again after twice as long each time, up to a day; what has come once is left alone', async () => {
  await using venue = await startStreamVenue();
  const daysMs = 10 * 86_400_000;
  const silenceMs = (2 * hour) / 1000;
  const subscriptions = [book('a', daysMs), trades('never', silenceMs), trades('once', silenceMs)];
  await using t = testSession([venue.url], { subscriptions, timeouts: { pingMs: daysMs } });
  const started = await begin(t, venue);
  await deliver(t, venue, ['a', 'once']);
  const asked: number[] = [];
  for (let n = 0; n < 2; n++) {
    while (t.all('watchdog').length === n && t.clock.now() < started + 100 * hour) await t.clock.advance(60_000);
    asked.push(((t.all('watchdog')[n]?.at ?? 0) - started) / hour);
    await t.clock.advance(1_000);
    await until(() => venue.client.frames.length === 1 + 2 * (n + 1), 'that it is asked for again');
    await deliver(t, venue, ['a']);
  }
  expect(asked.map(Math.round)).toEqual([20, 44]);
  expect(t.all('watchdog').flatMap(({ topics }) => topics.map(({ topic }) => topic))).toEqual(Array(2).fill('never'));
});
