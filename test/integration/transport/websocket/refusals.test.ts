import { expect, test } from 'vitest';
import { until } from '../../../support/manual-clock.ts';
import { book, testSession } from '../../../support/session.ts';
import {
  ack,
  type Client,
  type ClientFrame,
  refuse,
  startStreamVenue,
  streamRules,
} from '../../../support/stream-venue.ts';

const names = ['a', 'b', 'bad', 'c', 'd', 'e', 'worse', 'f'];
const isBad = (topic: string) => topic === 'bad' || topic === 'worse';
const good = names.filter((name) => !isBad(name));

/** Refuses whole frames for the sake of one topic, as some venues do. */
function refuseWhole(client: Client, frame: ClientFrame, name: boolean, id: number | null): void {
  const bad = frame.topics.filter(isBad);
  if (bad.length === 0) {
    ack(client, frame);
    return;
  }
  for (const topic of frame.topics) client.topics.delete(topic);
  refuse(client, id, name ? bad.slice(0, 1) : null);
}

test.each([
  ['named', true],
  ['not named', false],
])('a frame that is refused for one topic, %s: that one is left out, the others flow', async (_how, named) => {
  await using venue = await startStreamVenue({
    answer: (client, frame) => refuseWhole(client, frame, named, frame.id),
  });
  await using t = testSession([venue.url], { subscriptions: names.map((name) => book(name)) });
  t.session.start();
  for (let n = 0; n < 30; n++) {
    await until(() => venue.clients.length === 1);
    await t.clock.advance(100);
  }
  await until(() => venue.client.topics.size === good.length, 'all good topics');
  expect([...venue.client.topics].sort()).toEqual(good);
  expect(t.all('refused').flatMap(({ topics, fault }) => topics.map((topic) => [topic, fault.kind]))).toEqual([
    ['bad', 'bad_symbol'],
    ['worse', 'bad_symbol'],
  ]);
  expect(t.all('interrupted')).toEqual([]);
  expect(Object.keys(t.session.stats().topics).sort()).toEqual(good);
  expect(venue.attempts).toBe(1);
});

test('a venue that answers nothing but refusals, without saying of what', async () => {
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      const bad = frame.topics.filter(isBad);
      if (bad.length > 0) refuseWhole(client, frame, false, null);
    },
  });
  const limits = { ...streamRules().limits, topicsPerFrame: 4 };
  await using t = testSession([venue.url], {
    rules: streamRules({ acknowledges: false, limits }),
    subscriptions: names.map((name) => book(name)),
  });
  t.session.start();
  await until(() => venue.clients.length === 1);
  for (let n = 0; n < 200; n++) {
    await t.clock.advance(100);
    await until(() => venue.client.frames.length === t.all('subscribed').length, 'the frame at the venue');
  }
  expect([...venue.client.topics].sort()).toEqual(good);
  expect(t.all('refused').flatMap(({ topics }) => topics)).toEqual(['bad', 'worse']);
});

test('a frame refused for a passing reason is asked again', async () => {
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      if (client.frames.length > 1) ack(client, frame);
      else refuse(client, frame.id, null, 'rate_limited');
    },
  });
  await using t = testSession([venue.url], { subscriptions: [book('a'), book('b')] });
  t.session.start();
  await until(() => t.session.stats().messages === 1);
  await t.clock.advance(5_000);
  await until(() => venue.client.frames.length === 2, 'the second frame');
  expect(venue.client.frames[1]?.topics).toEqual(['a', 'b']);
  expect(t.all('refused')).toEqual([]);
});

test('a topic for which the venue closes the connection is found out and left out', async () => {
  const known = ['a', 'b', 'c'];
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      if (frame.topics.includes('poison')) client.socket.terminate();
      else ack(client, frame);
    },
  });
  const limits = { ...streamRules().limits, topicsPerFrame: 1 };
  await using t = testSession([venue.url], {
    rules: streamRules({ limits }),
    subscriptions: ['a', 'poison', 'b', 'c'].map((name) => book(name)),
  });
  t.session.start();
  for (let n = 0; n < 400 && t.all('refused').length === 0; n++) {
    await t.clock.advance(100);
    await until(() => t.session.stats().connecting === 0 || venue.attempts === t.session.stats().attempts);
  }
  expect(t.all('refused').map(({ topics, fault }) => [topics, fault.message])).toEqual([
    [['poison'], 'the venue closes the connection whenever it is asked for poison'],
  ]);
  await t.event('connected', venue.attempts);
  for (let n = 0; n < 80; n++) await t.clock.advance(100);
  await until(() => venue.client.topics.size === known.length, 'all others');
  expect([...venue.client.topics].sort()).toEqual(known);
  expect(venue.attempts).toBeLessThanOrEqual(5);
});

test('a complaint about something else is told, and costs nothing', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a')] });
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  venue.client.socket.send('{"error":"too long"}');
  await t.event('complaint');
  expect(t.all('complaint')[0]?.fault.message).toBe('too long');
  expect(t.session.stats().connections.length).toBe(1);
});

test('a topic that was refused can be asked for again', async () => {
  let listed = false;
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      if (listed) ack(client, frame);
      else refuse(client, frame.id);
    },
  });
  await using t = testSession([venue.url], { subscriptions: [book('new')] });
  t.session.start();
  await t.event('refused');
  listed = true;
  t.session.add([book('new')]);
  await t.clock.advance(100);
  await until(() => venue.client.frames.length === 2);
  venue.send('new');
  await t.received(1);
});

test('names that a venue does not know, of feeds that it has under another one, are told in one line', async () => {
  const under = (topic: string, alternatives: string[]) => ({ ...book(topic), alternatives });
  await using venue = await startStreamVenue({
    answer: (client, frame) => refuseWhole(client, frame, true, frame.id),
  });
  await using t = testSession([venue.url], {
    subscriptions: [under('bad', ['a']), under('worse', ['b']), under('a', ['bad']), under('b', ['worse'])],
  });
  t.session.start();
  for (let n = 0; n < 30; n++) {
    await until(() => venue.clients.length === 1);
    await t.clock.advance(100);
  }
  await until(() => venue.client.topics.size === 2, 'the topics that are left');
  expect(t.all('refused').map(({ topics, replaced }) => [topics, replaced])).toEqual([
    [['bad'], true],
    [['worse'], true],
  ]);
  const told = t.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'refused');
  expect(told.map(({ level }) => level)).toEqual(['info', 'debug']);
  expect(told[0].message).toMatch(/refuses bad, which another name is asked for as well$/);
});
