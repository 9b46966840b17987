import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../../../support/manual-clock.ts';
import { book, testSession } from '../../../support/session.ts';
import { type StreamVenue, startStreamVenue, streamRules } from '../../../support/stream-venue.ts';

const limit = 100;
const payload = 'x'.repeat(1_000);

/** A consumer that handles one message each time it is told to. */
function slowConsumer() {
  const texts: string[] = [];
  let release = () => {};
  return {
    texts,
    onMessage: (data: Buffer) => {
      texts.push(String(data));
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    },
    async handle(count: number) {
      for (let n = 0; n < count; n++) {
        release();
        await setImmediate();
      }
    },
  };
}

async function begun(venue: StreamVenue, t: ReturnType<typeof testSession>): Promise<void> {
  t.session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length === 1);
}

test('a slow consumer: reading stops at the limit, the venue is held back, and every message comes in its order', async () => {
  await using venue = await startStreamVenue();
  const { texts, onMessage, handle } = slowConsumer();
  const queue = { messages: limit };
  await using t = testSession([venue.url], { subscriptions: [book('a')], onMessage, queue });
  await begun(venue, t);
  const sent = 20_000;
  for (let n = 0; n < sent; n++) venue.send('a', `${n} ${payload}`);
  await t.event('overload');
  let most = 0;
  for (let n = 0; n < 200; n++) {
    await setImmediate();
    most = Math.max(most, t.session.stats().queue.messages);
  }
  // What was read before the pause, in one chunk of the system's, is still taken.
  expect(most).toBeLessThan(limit + 70);
  expect(venue.client.socket.bufferedAmount).toBeGreaterThan(0);
  await t.clock.advance(3_000);
  expect(t.session.stats().queue).toMatchObject({ paused: true, lagMs: 3_000 });
  expect(t.all('overload')).toMatchObject([{ active: true, messages: limit }]);
  while (texts.length < sent) await handle(1);
  expect(texts).toEqual(Array.from({ length: sent }, (_, n) => `data a ${n} ${payload}`));
  expect(t.all('overload').at(-1)).toMatchObject({ active: false });
  expect(t.session.stats().queue.longestLagMs).toBe(3_000);
  expect([t.all('disconnected'), t.all('interrupted')]).toEqual([[], []]);
  await handle(1);
});

test('a limit in bytes holds too', async () => {
  await using venue = await startStreamVenue();
  const { texts, onMessage, handle } = slowConsumer();
  await using t = testSession([venue.url], { subscriptions: [book('a')], onMessage, queue: { bytes: 50_000 } });
  await begun(venue, t);
  for (let n = 0; n < 2_000; n++) venue.send('a', payload);
  await t.event('overload');
  for (let n = 0; n < 100; n++) await setImmediate();
  expect(t.session.stats().queue.bytes).toBeLessThan(50_000 + 70_000);
  while (texts.length < 2_000) await handle(1);
  await handle(1);
});

test('while reading is paused silence is no alarm, and a connection lost then is lost to overload', async () => {
  await using venue = await startStreamVenue();
  const { onMessage, texts, handle } = slowConsumer();
  const queue = { messages: limit };
  await using t = testSession([venue.url], { subscriptions: [book('a')], onMessage, queue });
  await begun(venue, t);
  for (let n = 0; n < limit + 1; n++) venue.send('a', String(n));
  await t.event('overload');
  await t.clock.advance(600_000);
  expect([t.all('watchdog'), t.all('disconnected')]).toEqual([[], []]);
  await handle(limit / 2 + 1);
  await t.event('overload', 2);
  await t.clock.advance(29_000);
  expect(t.all('watchdog')).toEqual([]);
  for (let n = 0; n < limit; n++) venue.send('a', String(n));
  await t.event('overload', 3);
  await t.clock.advance(60_000);
  venue.client.socket.terminate();
  while (texts.length < limit * 2 + 1) {
    await handle(1);
    await setImmediate();
  }
  await t.event('disconnected');
  expect(t.all('disconnected')[0]?.cause).toBe('overload');
  await handle(1);
});

test('a connection that is opened while reading is paused waits too', async () => {
  await using venue = await startStreamVenue();
  const { texts, onMessage, handle } = slowConsumer();
  const rules = streamRules({ limits: { ...streamRules().limits, topicsPerConnection: 1 } });
  await using t = testSession([venue.url], {
    rules,
    subscriptions: [book('a')],
    onMessage,
    queue: { messages: limit },
  });
  await begun(venue, t);
  for (let n = 0; n < limit + 1; n++) venue.send('a', String(n));
  await t.event('overload');
  t.session.add([book('b')]);
  await t.clock.advance(150);
  await until(() => venue.clients.length === 2 && venue.client.frames.length === 1);
  for (let n = 0; n < 50; n++) venue.send('b', String(n));
  for (let n = 0; n < 50; n++) await setImmediate();
  expect(t.session.stats().queue.messages).toBe(limit);
  while (texts.length < limit + 51) await handle(1);
  await handle(1);
});
