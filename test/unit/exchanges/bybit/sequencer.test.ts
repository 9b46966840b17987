import type { BookSequencer, BookVerdict } from '@feedlake/exchanges';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adapterOf } from '../mapped.ts';

const sequencer = () => adapterOf('bybit').streams.books.sequencer();
const delta = (one: BookSequencer, u: number, seq: number) => one.delta(Number.NaN, u, Number.NaN, seq);

it('begins with a snapshot, which replaces the book whenever it comes', () => {
  const one = sequencer();
  expect([delta(one, 10, 100), one.isLive]).toEqual(['waiting', false]);
  expect([one.snapshot(11, 110), one.isLive]).toEqual(['applied', true]);
  expect(delta(one, 12, 120)).toBe('applied');
  expect(one.snapshot(40, 400)).toBe('applied');
  expect(delta(one, 41, 410)).toBe('applied');
});

it.each([
  ['u leaps', 13, 130],
  ['seq goes back', 12, 109],
  ['u goes back and seq does not', 9, 130],
])('tells a gap where %s, until the next snapshot', (_what, u, seq) => {
  const one = sequencer();
  one.snapshot(11, 110);
  expect([delta(one, u, seq), one.isLive, delta(one, u + 1, seq + 1)]).toEqual(['gap', false, 'waiting']);
  expect([one.snapshot(u + 2, seq + 2), delta(one, u + 3, seq + 3)]).toEqual(['applied', 'applied']);
});

it('takes u = 1 for the snapshot after a restart of the service', () => {
  const one = sequencer();
  one.snapshot(5000, 110);
  expect([delta(one, 1, 120), delta(one, 2, 130)]).toEqual(['applied', 'applied']);
  expect([one.snapshot(1, 140), delta(one, 2, 150)]).toEqual(['applied', 'applied']);
});

it('passes over what comes twice, and what repeats the last state', () => {
  const one = sequencer();
  one.snapshot(11, 110);
  delta(one, 12, 120);
  expect([delta(one, 12, 120), delta(one, 11, 110), delta(one, 13, 130)]).toEqual(['stale', 'stale', 'applied']);
});

it('knows nothing any more after the connection changed', () => {
  const one = sequencer();
  one.snapshot(11, 110);
  one.reset();
  expect([one.isLive, delta(one, 12, 120)]).toEqual([false, 'waiting']);
});

/** A message of the stream: what it is, and whether it arrives once, twice or not at all. */
const messages = fc.array(
  fc.record({
    type: fc.constantFrom('delta', 'delta', 'delta', 'delta', 'snapshot', 'restart'),
    step: fc.integer({ min: 1, max: 9 }),
    fate: fc.constantFrom('once', 'once', 'once', 'twice', 'lost'),
  }),
  { minLength: 3, maxLength: 40 },
);

it('tells every gap and no other', () => {
  fc.assert(
    fc.property(messages, (list) => {
      const one = sequencer();
      let [u, seq] = [4000, 1000];
      let whole = false;
      for (const { type, step, fate } of list) {
        // A restart right after another one may hide what was lost in between: its numbers are the same again.
        u = type === 'restart' && u > 100 ? 1 : u + 1;
        seq += step;
        const take = (): BookVerdict => (type === 'delta' ? delta(one, u, seq) : one.snapshot(u, seq));
        if (fate === 'lost') whole = false;
        else {
          const before = one.isLive;
          const verdict = take();
          if (type !== 'delta') whole = true;
          expect([verdict === 'applied', one.isLive]).toEqual([whole, whole]);
          expect(verdict === 'gap').toBe(before && !whole);
          if (fate === 'twice' && type === 'delta') expect(take()).toBe(whole ? 'stale' : 'waiting');
        }
      }
    }),
  );
});
