import fc from 'fast-check';
import { expect, test } from 'vitest';
import { message, painted, testLedger, told } from './support.ts';

test('owed from the subscription on, covered from the first message, a gap from the last one before it to the first after', () => {
  const { ledger, entry, rows, clock } = testLedger();
  ledger.owed(entry, 'a', 10);
  ledger.resumed(entry, 'a', 15);
  message(entry, 15);
  message(entry, 20, 2);
  ledger.interrupted(entry, 'a', 20, 'disconnect');
  clock.now = 40;
  ledger.cut();
  clock.now = 60;
  ledger.resumed(entry, 'a', 50);
  message(entry, 50);
  ledger.cut();
  expect(told(rows)).toEqual(['gap 10-15 start', 'covered 15-20 x3', 'gap 20-40 disconnect', 'gap 40-50 disconnect']);
  message(entry, 61);
  ledger.cut();
  expect(told(rows).at(-1)).toBe('covered 50-61 x2');
});

test('with several parts, a moment is covered only while all of them flow', () => {
  const { ledger, entry, rows, clock } = testLedger();
  for (const part of ['a', 'b']) ledger.owed(entry, part, 0);
  ledger.resumed(entry, 'a', 2);
  message(entry, 3);
  ledger.resumed(entry, 'b', 5);
  message(entry, 9);
  ledger.interrupted(entry, 'b', 9, 'silent');
  message(entry, 12);
  clock.now = 14;
  ledger.cut();
  expect(painted(rows, 16)).toBe('gggggccccggggg??');
});

test('silence that is found late is a gap from the last message on, whatever was told meanwhile', () => {
  const { ledger, entry, rows, clock } = testLedger();
  ledger.owed(entry, 'a', 0);
  ledger.resumed(entry, 'a', 1);
  message(entry, 4);
  entry.until = 20;
  clock.now = 20;
  ledger.cut();
  ledger.interrupted(entry, 'a', 4, 'silent');
  clock.now = 30;
  ledger.resumed(entry, 'a', 30);
  expect(painted(rows, 31)).toBe(`gccc${'g'.repeat(26)}?`);
});

test('what could not be kept is a gap from what was last on disk', () => {
  const { ledger, entry, rows, clock } = testLedger();
  ledger.owed(entry, 'a', 0);
  ledger.resumed(entry, 'a', 1);
  message(entry, 3, 3);
  ledger.mark();
  ledger.synced();
  message(entry, 6, 5);
  ledger.mark();
  ledger.lost('disk_full');
  clock.now = 9;
  ledger.resumed(entry, 'spool', 9);
  message(entry, 9);
  expect(told(rows)).toEqual(['gap 0-1 start', 'covered 1-3 x3', 'gap 3-9 disk_full']);
});

test('an earlier run is joined: what lies between is its downtime', () => {
  const { ledger, entry, rows } = testLedger();
  ledger.owed(entry, 'a', 100);
  ledger.downtime(entry, { until: 40, cause: 'crash' });
  ledger.resumed(entry, 'a', 110);
  expect(told(rows)).toEqual(['gap 40-100 crash', 'gap 100-110 start']);
});

test('whatever happens, every moment is accounted for, and none in which something was missing is covered', () => {
  const step = fc.record({
    kind: fc.constantFrom('message', 'interrupted', 'resumed', 'cut', 'hole'),
    part: fc.constantFrom('a', 'b'),
    wait: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { ledger, entry, rows, clock } = testLedger();
      const missing = new Map<string, number>([
        ['a', 0],
        ['b', 0],
      ]);
      const lost = new Set<number>();
      const lose = (from: number, to: number) => {
        for (let at = from; at < to; at += 1) lost.add(at);
      };
      for (const part of missing.keys()) ledger.owed(entry, part, 0);
      let last = 0;
      for (const { kind, part, wait } of steps) {
        clock.now += wait;
        const { now } = clock;
        if (kind === 'cut') ledger.cut();
        else if (kind === 'interrupted' && !missing.has(part)) {
          missing.set(part, last);
          ledger.interrupted(entry, part, last, 'disconnect');
        } else if (kind === 'resumed' && missing.has(part)) {
          lose(missing.get(part) ?? 0, now);
          missing.delete(part);
          ledger.resumed(entry, part, now);
          message(entry, now);
          last = now;
        } else if (kind === 'hole' && missing.size === 0) {
          lose(last, now);
          ledger.hole(entry, 'a', last, now, 'sequence', { first: 1, last: 2 });
          message(entry, now);
          last = now;
        } else if (kind === 'message' && missing.size === 0) {
          message(entry, now);
          last = now;
        }
      }
      clock.now += 1;
      for (const [part, from] of missing) {
        lose(from, clock.now);
        ledger.resumed(entry, part, clock.now);
      }
      message(entry, clock.now);
      ledger.cut();
      const expected = Array.from({ length: clock.now }, (_, at) => (lost.has(at) ? 'g' : 'c')).join('');
      expect(painted(rows, clock.now)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});
