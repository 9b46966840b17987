import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TradeGate } from '../../../../packages/collector/src/stream/trade-gate.ts';
import { message, testLedger, told } from './support.ts';

function flowing(consecutive: boolean) {
  const test = testLedger();
  const { ledger, entry } = test;
  ledger.owed(entry, 'a', 0);
  ledger.resumed(entry, 'a', 1);
  const gate = new TradeGate(ledger, entry, consecutive);
  const take = (id: number, received: number) => {
    test.clock.now = received;
    const isNew = gate.admitsNumber(id, received);
    if (isNew) message(entry, received);
    return isNew;
  };
  return { ...test, gate, take };
}

test('a number that is left out is a gap from the last message to this one', () => {
  const { take, rows } = flowing(true);
  expect([take(7, 2), take(8, 3), take(11, 9), take(12, 10)]).toEqual([true, true, true, true]);
  expect(told(rows)).toEqual(['gap 0-1 start', 'covered 1-3 x2', 'gap 3-9 sequence 9..10']);
});

test('numbers that come late fill their gap, and none is taken twice', () => {
  const { take, rows } = flowing(true);
  expect([1, 4, 2, 2, 1, 3, 3, 5].map((id, index) => take(id, 2 + index))).toEqual([
    true,
    true,
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
  expect(told(rows).at(-1)).toBe('covered 2-3 by late trades');
});

test('after a reconnect, the first number tells whether anything was missed', () => {
  const { take, gate, ledger, entry, rows } = flowing(true);
  take(5, 2);
  ledger.interrupted(entry, 'a', 2, 'disconnect');
  ledger.resumed(entry, 'a', 8);
  gate.interrupted(2, 8, 'disconnect');
  take(6, 8);
  expect(told(rows).slice(-2)).toEqual(['gap 2-8 disconnect', 'covered 2-8 by sequence']);
  ledger.interrupted(entry, 'a', 8, 'disconnect');
  ledger.resumed(entry, 'a', 12);
  gate.interrupted(8, 12, 'disconnect');
  take(9, 12);
  expect(told(rows).slice(-2)).toEqual(['gap 8-12 disconnect', 'gap 8-12 disconnect 7..8']);
});

test('what is left out after a reconnect may have been left out until the first number after it', () => {
  const { take, gate, ledger, entry, rows } = flowing(true);
  take(5, 2);
  ledger.interrupted(entry, 'a', 2, 'disconnect');
  // Something else on the connection showed that it flows.
  ledger.resumed(entry, 'a', 8);
  gate.interrupted(2, 8, 'disconnect');
  take(8, 12);
  expect(told(rows).slice(-2)).toEqual(['gap 2-8 disconnect', 'gap 2-12 disconnect 6..7']);
});

test('where trades have no numbers of their own, each id goes through once', () => {
  const { gate } = flowing(false);
  const minute = 60_000_000;
  const ids = Array.from({ length: 5_000 }, (_, n) => `id-${n}`);
  expect(ids.every((id, n) => gate.admits(id, n * 1_000))).toBe(true);
  expect(ids.some((id) => gate.admits(id, minute))).toBe(false);
});

test('whatever order numbers come in, each that came is let through once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 100, max: 140 }), { minLength: 1, maxLength: 80 }), (ids) => {
      const { take } = flowing(true);
      const first = ids[0] ?? 0;
      const taken = ids.filter((id, index) => take(id, 2 + index));
      const expected = [...new Set(ids)].filter((id) => id >= first);
      expect([...taken].sort()).toEqual(expected.sort());
    }),
  );
});

test('a hole after trades that were only remembered begins with these', () => {
  const { take, gate, rows } = flowing(true);
  gate.remember('5', 3);
  expect([gate.isEmpty, take(7, 9)]).toEqual([false, true]);
  expect(told(rows).at(-1)).toBe('gap 3-9 sequence 6..6');
});

test('an id is the same as a text and as a number, to the last digit that a DOUBLE holds', () => {
  for (const id of ['0', '7', '1009374338347765', String(Number.MAX_SAFE_INTEGER)]) {
    const { gate } = flowing(false);
    gate.remember(id, 1);
    expect(gate.admitsNumber(Number(id), 2)).toBe(false);
    expect(gate.admits(id, 3)).toBe(false);
  }
  const { gate } = flowing(false);
  expect(['9007199254740993', '9007199254740992', '007', '7'].map((id) => gate.admits(id, 1))).toEqual([
    true,
    true,
    true,
    true,
  ]);
});
