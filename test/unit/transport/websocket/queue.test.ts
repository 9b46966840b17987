import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageQueue, type OnMessage } from '../../../../packages/transport/src/websocket/queue.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function queueOf(onMessage: OnMessage, messages = 10) {
  const overloads: boolean[] = [];
  const errors: unknown[] = [];
  const queue = new MessageQueue({
    limits: { messages, bytes: 1_000_000 },
    clock: new ManualClock(),
    onMessage,
    onOverload: (active) => overloads.push(active),
    onError: (error) => errors.push(error),
  });
  return { queue, overloads, errors };
}

test('a consumer that returns nothing gets each message at once', () => {
  const texts: string[] = [];
  const { queue } = queueOf((data) => void texts.push(String(data)));
  for (const text of ['1', '2', '3']) queue.add(Buffer.from(text), 0, 'c', 't');
  expect(texts).toEqual(['1', '2', '3']);
  expect(queue.messages).toBe(0);
});

test('whatever the consumer does, it gets every message once and in order', async () => {
  const behaviours = fc.array(fc.constantFrom('sync', 'async', 'throws', 'rejects'), { minLength: 1, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(behaviours, fc.array(fc.nat(20), { minLength: 1, maxLength: 20 }), async (all, bursts) => {
      const texts: string[] = [];
      const { queue, overloads, errors } = queueOf((data) => {
        const text = String(data);
        texts.push(text);
        const how = all[Number(text)];
        if (how === 'throws') throw new Error(how);
        if (how === 'rejects') return Promise.reject(new Error(how));
        return how === 'async' ? new Promise((resolve) => setImmediate(resolve)) : undefined;
      });
      for (let n = 0, burst = 0; n < all.length; burst++) {
        for (let left = bursts[burst % bursts.length] ?? 0; left >= 0 && n < all.length; left--, n++) {
          queue.add(Buffer.from(String(n)), 0, 'c', 't');
        }
        await Promise.resolve();
      }
      await queue.settled();
      expect(texts).toEqual(all.map((_, n) => String(n)));
      expect(errors.length).toBe(all.filter((how) => how === 'throws' || how === 'rejects').length);
      expect(overloads).toEqual(overloads.map((_, n) => n % 2 === 0));
      expect([queue.messages, queue.bytes, queue.full]).toEqual([0, 0, false]);
    }),
    { numRuns: 50 },
  );
});
