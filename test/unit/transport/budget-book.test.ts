import { second } from '@feedlake/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BudgetBook } from '../../../packages/transport/src/rest/budget-book.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const { signal } = new AbortController();
const patience = { maxWaitMs: 60_000, signal };
const weight = (capacity: number, seconds: number) => ({ pool: 'weight', capacity, seconds });

function bookOf(...budgets: ConstructorParameters<typeof BudgetBook>[1]) {
  const clock = new FakeClock();
  return { clock, start: clock.now(), book: new BudgetBook('venue', budgets, clock) };
}

test('the whole budget is used, in the order of asking', async () => {
  const { book, clock, start } = bookOf(weight(50, 60));
  const granted: [number, number][] = [];
  const ask = async (n: number) => {
    const lease = await book.take({ weight: 1 }, patience);
    granted.push([n, (clock.now() - start) / second]);
    lease.settle();
  };
  await Promise.all(Array.from({ length: 200 }, (_, n) => ask(n)));
  expect(granted).toEqual(Array.from({ length: 200 }, (_, n) => [n, Math.floor(n / 50) * 60]));
});

test('for arbitrary costs and delays no window ever holds more than the budget', async () => {
  const requests = fc.array(
    fc.record({ cost: fc.integer({ min: 1, max: 10 }), booked: fc.nat(3_000), replied: fc.nat(3_000) }),
    { minLength: 1, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(requests, async (asked) => {
      const { book, clock } = bookOf(weight(10, 5));
      const booked: { at: number; cost: number }[] = [];
      const send = async ({ cost, booked: way, replied }: (typeof asked)[number]) => {
        const lease = await book.take({ weight: cost }, patience);
        await clock.delay(way);
        booked.push({ at: clock.now(), cost });
        await clock.delay(replied);
        lease.settle();
      };
      await Promise.all(asked.map(send));
      for (const { at } of booked) {
        const inWindow = booked.filter((other) => other.at > at - 5 * second && other.at <= at);
        expect(inWindow.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(10);
      }
    }),
    { numRuns: 50 },
  );
});

test('a request that was not sent gives its cost back', async () => {
  const { book, clock, start } = bookOf(weight(1, 60));
  (await book.take({ weight: 1 }, patience)).cancel();
  await book.take({ weight: 1 }, patience);
  expect(clock.now()).toBe(start);
});

test('a request that costs more than the whole budget waits to have it alone', async () => {
  const { book, clock, start } = bookOf(weight(10, 60));
  (await book.take({ weight: 1 }, patience)).settle();
  const lease = await book.take({ weight: 25 }, patience);
  expect(clock.now() - start).toBe(60 * second);
  lease.settle();
  await book.take({ weight: 1 }, patience);
  expect(clock.now() - start).toBe(120 * second);
});

test('a small request does not overtake a large one that waits for the same pool', async () => {
  const { book } = bookOf(weight(10, 60));
  (await book.take({ weight: 5 }, patience)).settle();
  const order: string[] = [];
  const large = book.take({ weight: 8 }, patience).then(() => order.push('large'));
  const small = book.take({ weight: 2 }, patience).then(() => order.push('small'));
  await Promise.all([large, small]);
  expect(order).toEqual(['large', 'small']);
});

test('usage that the venue reports is never lowered by a smaller figure', async () => {
  const { book, clock, start } = bookOf(weight(10, 60));
  book.adopt({ weight: 10, unknown: 5 });
  book.adopt({ weight: 0 });
  await book.take({ weight: 1 }, patience);
  expect(clock.now() - start).toBe(60 * second);
});

test('a block holds everything back, also what costs nothing; a shorter one does not shorten it', async () => {
  const { book, clock, start } = bookOf();
  const fault = { kind: 'rate_limited', message: 'slow' } as const;
  expect(book.block(fault, start + 20 * second)).toBe(true);
  expect(book.block(fault, start + 5 * second)).toBe(false);
  await book.take({}, patience);
  expect(clock.now() - start).toBe(20 * second);
  expect(book.blocked).toBeNull();
});

test('those who wait for budget learn at once of a ban that lasts', async () => {
  const { book, start } = bookOf(weight(1, 600));
  await book.take({ weight: 1 }, patience);
  const waiting = book.take({ weight: 1 }, patience);
  book.block({ kind: 'banned', message: 'go away' }, start + 3600 * second);
  await expect(waiting).rejects.toMatchObject({
    kind: 'banned',
    message: 'venue: banned until 2026-11-03T09:00:00Z: go away',
  });
});

test('once nobody waits any more, no timer is left behind', async () => {
  const timers = new Set<number>();
  const clock = {
    now: () => 0,
    delay: (ms: number, end?: AbortSignal) =>
      new Promise<void>((_, reject) => {
        timers.add(ms);
        end?.addEventListener('abort', () => {
          timers.delete(ms);
          reject(end.reason);
        });
      }),
  };
  const book = new BudgetBook('venue', [weight(1, 60)], clock);
  (await book.take({ weight: 1 }, patience)).settle();
  const stop = new AbortController();
  const waiting = book.take({ weight: 1 }, { ...patience, signal: stop.signal });
  book.block({ kind: 'rate_limited', message: 'slow' }, 50 * second);
  expect(timers).toEqual(new Set([50_000]));
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(timers.size).toBe(0);
});
