import { expect, test } from 'vitest';
import { startFaultProxy } from '../../../support/fault-proxy.ts';
import { until } from '../../../support/manual-clock.ts';
import { book, testSession } from '../../../support/session.ts';
import { startStreamVenue, streamRules } from '../../../support/stream-venue.ts';

test('connects, subscribes, and hands over what comes, with its topic, connection and time of receipt', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([`${venue.url}/mirror/`], { subscriptions: [book('a'), book('b')] });
  const started = t.clock.now();
  t.session.start();
  await t.event('subscribed');
  await t.clock.advance(250);
  venue.send('a', '1');
  venue.send('b', '2');
  await t.received(2);
  expect(venue.client.path).toBe('/mirror/stream');
  expect(venue.client.frames).toEqual([{ op: 'subscribe', id: 1, topics: ['a', 'b'] }]);
  const { connection } = t.messages[0] ?? { connection: '' };
  const received = started + 250_000;
  expect(t.messages).toEqual([
    { text: 'data a 1', received, connection, topic: 'a' },
    { text: 'data b 2', received, connection, topic: 'b' },
  ]);
  expect(connection).toMatch(new RegExp(`^${t.exchange}-${started}-\\d+$`));
  expect(t.all('resumed')).toEqual(
    ['a', 'b'].map((topic) => {
      return { kind: 'resumed', at: received, cause: 'start', topic, from: started, to: received, connection };
    }),
  );
});

test('asks in the venue’s batches and at its pace, on as many connections as are needed', async () => {
  await using venue = await startStreamVenue();
  const limits = {
    ...streamRules().limits,
    frames: { count: 2, seconds: 1 },
    topicsPerFrame: 2,
    topicsPerConnection: 5,
  };
  const names = Array.from({ length: 7 }, (_, n) => `t${n}`);
  await using t = testSession([venue.url], {
    rules: streamRules({ limits }),
    subscriptions: names.map((name) => book(name)),
  });
  const started = t.clock.now();
  t.session.start();
  await until(() => t.all('connected').length === 1);
  await t.clock.advance(150);
  await t.event('connected', 2);
  await t.clock.advance(2_000);
  const asked = t.all('subscribed').map(({ at, topics }) => [topics, (at - started) / 1000]);
  expect(asked).toEqual([
    [['t0', 't1'], 0],
    [['t5', 't6'], 150],
    [['t2', 't3'], 500],
    [['t4'], 1000],
  ]);
  expect(venue.clients.length).toBe(2);
});

test('topics are added and removed on a living connection', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a')] });
  t.session.start();
  await t.event('subscribed');
  t.session.add([book('a'), book('b')]);
  t.session.remove(['a']);
  await t.clock.advance(1_000);
  await until(() => venue.client.frames.length === 3, 'three frames');
  expect(venue.client.frames.map(({ op, topics }) => [op, topics])).toEqual([
    ['subscribe', ['a']],
    ['subscribe', ['b']],
    ['unsubscribe', ['a']],
  ]);
  expect(venue.attempts).toBe(1);
  expect(Object.keys(t.session.stats().topics)).toEqual(['b']);
});

test('a message that can’t be read is counted and skipped; the connection lives on', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a')] });
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  const { socket } = venue.client;
  socket.send('{"ack":');
  socket.send(Buffer.from([0x64, 0x61, 0x74, 0x61, 0x20, 0x61, 0x20, 0xff]), { binary: false });
  socket.send('"hello"');
  venue.send('a');
  await t.received(1);
  expect(t.session.stats()).toMatchObject({ malformed: 2, unknown: 1, attempts: 1, messages: 5 });
  expect(t.lines.filter((line) => line.includes('skipped a message') && line.includes('"warn"')).length).toBe(1);
});

test('compression is used where the venue offers it', async () => {
  await using venue = await startStreamVenue({ deflate: { threshold: 0 } });
  await using relay = await startFaultProxy(venue.port);
  await using t = testSession([`ws://127.0.0.1:${relay.port}`], { subscriptions: [book('a')] });
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  expect(venue.client.socket.extensions).toBe('permessage-deflate');
  venue.send('a', '0'.repeat(100_000));
  await t.received(1);
  expect(t.messages[0]?.text.length).toBe(100_007);
  expect(relay.bytes).toBeLessThan(2_000);
});

test('bytes that trickle in one by one make whole messages', async () => {
  await using venue = await startStreamVenue();
  await using relay = await startFaultProxy(venue.port);
  relay.shred();
  await using t = testSession([`ws://127.0.0.1:${relay.port}`], { subscriptions: [book('a')] });
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  for (let n = 0; n < 20; n++) venue.send('a', String(n));
  await t.received(20);
  expect(t.messages.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, n) => `data a ${n}`));
});

test('what the venue sends together with its handshake is not lost', async () => {
  await using venue = await startStreamVenue();
  venue.behaviour.greeting = 'data a greeting';
  await using t = testSession([venue.url], { subscriptions: [book('a')] });
  t.session.start();
  await t.received(1);
  expect(t.messages[0]?.text).toBe('data a greeting');
});

test('close ends with a closing handshake, says until when each topic was there, and lets nothing through after', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a'), book('b')] });
  const started = t.clock.now();
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  venue.send('a');
  await t.received(1);
  await t.clock.advance(5_000);
  const codes: number[] = [];
  venue.client.socket.on('close', (code) => codes.push(code));
  await t.session.close();
  await until(() => codes.length === 1);
  expect(codes).toEqual([1000]);
  expect(t.all('interrupted')).toEqual([
    { kind: 'interrupted', at: started + 5_000_000, cause: 'shutdown', topics: [{ topic: 'a', from: started }] },
  ]);
  t.session.add([book('c')]);
  t.session.start();
  await t.clock.advance(60_000);
  expect(venue.attempts).toBe(1);
});

test('a session closed while it connects leaves no attempt behind', async () => {
  await using venue = await startStreamVenue({ refuse: () => true });
  await using t = testSession([venue.url], { subscriptions: [book('a')] });
  t.session.start();
  await until(() => venue.attempts === 1);
  await t.session.close();
  await t.clock.advance(3_600_000);
  expect(venue.attempts).toBe(1);
});

test('topics that are not wanted any more when the connection is there: it is closed', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a')] });
  venue.behaviour.refuse = () => {
    t.session.remove(['a']);
    return false;
  };
  t.session.start();
  await until(() => venue.clients.length === 1, 'the connection');
  await until(() => venue.connected.length === 0, 'its end');
  expect([t.all('connected'), t.session.stats().connections]).toEqual([[], []]);
  venue.behaviour.refuse = () => false;
  t.session.add([book('b')]);
  await t.clock.advance(1_000);
  await until(() => venue.connected.length === 1 && venue.client.topics.has('b'), 'what is wanted then');
});

test('a host says that what it sends is simulated, or does not', async () => {
  await using real = await startStreamVenue();
  await using simulator = await startStreamVenue({ headers: ['X-Feedlake-Simulated: true'] });
  for (const [venue, simulated] of [[real, false] as const, [simulator, true] as const]) {
    await using t = testSession([venue.url], { subscriptions: [book('a')] });
    t.session.start();
    await t.event('connected');
    expect(t.all('connected')).toMatchObject([{ host: `127.0.0.1:${venue.port}`, simulated }]);
  }
});

test('an error of the consumer is counted and costs nothing else', async () => {
  await using venue = await startStreamVenue();
  const texts: string[] = [];
  await using t = testSession([venue.url], {
    subscriptions: [book('a')],
    onMessage: (data) => {
      texts.push(String(data));
      if (texts.length === 1) throw new Error('no room');
      return texts.length === 2 ? Promise.reject(new Error('no time')) : undefined;
    },
  });
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
  for (const n of [1, 2, 3]) venue.send('a', String(n));
  await until(() => texts.length === 3);
  expect(t.session.stats()).toMatchObject({ handlerErrors: 2, attempts: 1 });
});

test.each(['http://x', 'wss://user:pass@x', 'wss://x?key=1', 'x', ''])('%s is no host', (url) => {
  expect(() => testSession([url])).toThrow(/a WebSocket host must be ws\(s\)/);
});
