import { second } from '@feedlake/schema';
import type { Subscription } from '@feedlake/transport';
import { expect, test } from 'vitest';
import { until } from '../../../support/manual-clock.ts';
import { startHttpProxy } from '../../../support/proxies.ts';
import { begin, book, live, type TestSession, testSession, trades } from '../../../support/session.ts';
import { ack, type StreamVenue, startStreamVenue } from '../../../support/stream-venue.ts';

/** What was done, and how many seconds after the time before it; a deadline may be overrun by the look and a frame's turn. */
function steps(t: TestSession, since: number): [string, number][] {
  const alarms = t.all('watchdog');
  return alarms.map(({ step, at }, n) => {
    const seconds = (at - (alarms[n - 1]?.at ?? since)) / second;
    return [step, seconds % 5 < 1 ? seconds - (seconds % 5) : seconds];
  });
}

test('a host that acks and stays silent: asked again, another connection, next host, next proxy', async () => {
  await using proxy = await startHttpProxy();
  let mute = true;
  const answer: StreamVenue['behaviour']['answer'] = (client, frame) => {
    ack(client, frame);
    if (mute) client.topics.clear();
  };
  await using one = await startStreamVenue({ answer });
  await using two = await startStreamVenue({ answer });
  const proxies = ['direct', `http://127.0.0.1:${proxy.port}`];
  await using t = testSession([one.url, two.url], { subscriptions: [book('a'), book('b')], proxies });
  const started = await begin(t, one);
  await live(t, one, 95);
  mute = false;
  await live(t, one, 29);
  expect(steps(t, started)).toEqual([
    ['resubscribe', 30],
    ['reconnect', 30],
    ['next_host', 30],
    ['next_proxy', 30],
  ]);
  expect(one.clients[0]?.frames.map(({ op }) => op)).toEqual(['subscribe', 'unsubscribe', 'subscribe']);
  expect(t.all('connected').map(({ host, proxy: way }) => [host, way])).toEqual([
    [`127.0.0.1:${one.port}`, 'direct'],
    [`127.0.0.1:${one.port}`, 'direct'],
    [`127.0.0.1:${two.port}`, 'direct'],
    [`127.0.0.1:${one.port}`, proxies[1]],
  ]);
  await until(() => one.client.topics.size === 2);
  one.send('a');
  await t.event('resumed');
  expect(t.all('resumed')).toMatchObject([{ topic: 'a', cause: 'silent', from: started, to: t.clock.now() }]);
  expect(t.session.stats().reconnects).toEqual({ silent: 3 });
});

test('one dead stream beside living siblings: found in its time, and the siblings lose nothing', async () => {
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      ack(client, frame);
      if (venue.clients.length === 1) client.topics.delete('dead');
    },
  });
  const alive = { a: 1, b: 5 };
  await using t = testSession([venue.url], { subscriptions: [book('a'), book('b'), book('dead', 10_000)] });
  const started = await begin(t, venue);
  await live(t, venue, 40, { ...alive, dead: 5 });
  expect(steps(t, started)).toEqual([
    ['resubscribe', 10],
    ['reconnect', 10],
  ]);
  expect(t.all('watchdog').flatMap(({ topics }) => topics)).toEqual([
    { topic: 'dead', from: started },
    { topic: 'dead', from: started },
  ]);
  expect(t.all('interrupted')).toEqual([]);
  expect(t.all('resumed').map(({ topic, cause }) => [topic, cause])).toEqual([
    ['a', 'start'],
    ['b', 'start'],
    ['dead', 'silent'],
  ]);
  expect(t.all('overlap')).toMatchObject([{ reason: 'silent', taken: true }]);
  const times = t.messages.filter(({ topic }) => topic === 'a').map(({ received }) => (received - started) / second);
  expect([...new Set(times)]).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
});

test('a stream that dies after having lived: the gap starts at its last message', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a'), book('b')] });
  await begin(t, venue);
  await live(t, venue, 10, { a: 1, b: 1 });
  const last = t.clock.now();
  venue.client.topics.delete('b');
  venue.behaviour.answer = (client, frame) => {
    ack(client, frame);
    client.topics.delete('b');
  };
  await live(t, venue, 35, { a: 1 });
  expect(steps(t, last)).toEqual([['resubscribe', 30]]);
  expect(t.all('interrupted')).toMatchObject([{ cause: 'silent', topics: [{ topic: 'b', from: last }] }]);
});

test('a topic that never comes back costs less and less, and its siblings nothing', async () => {
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      ack(client, frame);
      client.topics.delete('gone');
    },
  });
  await using t = testSession([venue.url], { subscriptions: [book('a'), book('gone', 10_000)] });
  const started = await begin(t, venue);
  await live(t, venue, 2 * 3_600, { a: 5 });
  const waits = steps(t, started).map(([, seconds]) => seconds);
  expect(waits).toEqual([10, 10, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900, 900, 900].slice(0, waits.length));
  expect(waits.length).toBeGreaterThan(12);
  expect(t.all('interrupted')).toEqual([]);
});

test('nor does it cost more when the whole connection stalls meanwhile', async () => {
  await using venue = await startStreamVenue({
    answer: (client, frame) => {
      ack(client, frame);
      client.topics.delete('gone');
    },
  });
  await using t = testSession([venue.url], { subscriptions: [book('a'), book('gone', 10_000)] });
  await begin(t, venue);
  await live(t, venue, 350, { a: 5 });
  const alarms = t.all('watchdog').length;
  expect(alarms).toBe(7);
  await live(t, venue, 31);
  await live(t, venue, 100, { a: 5 });
  // The connection is at its first alarm; the topic is where it was.
  expect(t.all('watchdog').slice(alarms)).toMatchObject([
    { step: 'resubscribe', topics: [{ topic: 'a' }, { topic: 'gone' }] },
  ]);
});

test('quiet trades are no alarm, trades out of rhythm are, in due time', async () => {
  await using venue = await startStreamVenue();
  const subscriptions: Subscription[] = [book('a'), ...['busy', 'other', 'quiet', 'never'].map((name) => trades(name))];
  await using t = testSession([venue.url], { subscriptions });
  await begin(t, venue);
  const { clock } = t;
  await live(t, venue, 1_500, { a: 5, busy: 10, other: 5, quiet: 55 });
  expect(t.all('watchdog').filter(({ topics }) => topics.some(({ topic }) => topic !== 'never'))).toEqual([]);
  const stopped = clock.now() - 15 * second;
  await live(t, venue, 40, { a: 5, busy: 10, other: 5 });
  venue.behaviour.answer = ack;
  venue.client.topics.delete('busy');
  const dead = clock.now();
  await live(t, venue, 180, { a: 5, other: 5 });
  const alarms = t.all('watchdog').filter(({ topics }) => topics.some(({ topic }) => topic !== 'never'));
  const first = (name: string) => alarms.find(({ topics }) => topics.some(({ topic }) => topic === name))?.at ?? 0;
  expect(Math.round((first('busy') - dead) / second)).toBe(60);
  expect(Math.round((first('quiet') - stopped) / second)).toBe(165);
});

test('a feed in which nothing ever happened is only asked for again, ever more rarely', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a'), trades('never')] });
  const started = await begin(t, venue);
  await live(t, venue, 3_600, { a: 5 });
  expect(steps(t, started)).toEqual([
    ['resubscribe', 600],
    ['resubscribe', 1_200],
  ]);
  expect(t.session.stats()).toMatchObject({ attempts: 1, topics: { never: { lastData: null, missing: null } } });
  expect(t.all('interrupted').map(({ cause }) => cause)).toEqual(['resubscribe', 'resubscribe']);
});

test('trades of all instruments that stop together are found by their common rhythm', async () => {
  await using venue = await startStreamVenue();
  const names = Array.from({ length: 22 }, (_, n) => `t${n}`);
  await using t = testSession([venue.url], { subscriptions: [book('a'), ...names.map((name) => trades(name))] });
  await begin(t, venue);
  for (const name of names) {
    venue.send(name);
    await live(t, venue, 29, { a: 5 });
  }
  const stopped = t.clock.now() - 29 * second;
  await live(t, venue, 70, { a: 5 });
  const [alarm] = t.all('watchdog').filter(({ at }) => at > stopped);
  expect(alarm?.step).toBe('resubscribe');
  expect(Math.floor(((alarm?.at ?? 0) - stopped) / second)).toBe(87);
  expect(alarm?.topics.map(({ topic }) => topic)).toEqual(names);
});

test('a connection for quiet feeds alone that brings nothing is replaced, ever more rarely', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [trades('x'), trades('y')] });
  const started = await begin(t, venue);
  await live(t, venue, 3 * 3_600);
  const [first, second_ = [], ...later] = steps(t, started);
  expect([first, second_]).toEqual([
    ['resubscribe', 60],
    ['reconnect', 120],
  ]);
  expect(later.filter(([step]) => step === 'reconnect').length).toBeLessThan(8);
  expect(t.session.stats().attempts).toBeLessThan(9);
});

test('pongs and acks do not feed the watchdog', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a')] });
  const started = await begin(t, venue);
  for (let n = 0; n < 31; n++) {
    venue.client.socket.send('{"pong":1}');
    venue.client.socket.send(`{"ack":${n}}`);
    await live(t, venue, 1);
  }
  expect(steps(t, started)).toEqual([['resubscribe', 30]]);
});
