import { day, hour, minute } from '@feedlake/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Claim, missingParts } from '../../../packages/collector/src/missing.ts';

const start = 20_000 * day;
const hours = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => start + (from + index) * hour);
const claim = (from: number, to: number, rows: number, more: Partial<Claim> = {}): Claim => ({
  from: start + from * hour,
  to: start + to * hour,
  state: 'covered',
  rows,
  written: 1,
  ...more,
});
const part = (from: number, to: number) => ({ from: start + from * hour, to: start + to * hour });
const after = (index: number) => start + index * hour + 1;

test('an empty lake lacks everything', () => {
  expect(missingParts(part(0, 48), { times: [], claims: [] }, hour)).toEqual([part(0, 48)]);
});

test('rows alone are enough where their distance is known', () => {
  expect(missingParts(part(0, 24), { times: hours(0, 24), claims: [] }, hour)).toEqual([]);
});

test('either end and the middle are found', () => {
  const times = [...hours(3, 10), ...hours(14, 20)];
  expect(missingParts(part(0, 24), { times, claims: [] }, hour)).toEqual([
    part(0, 3),
    { from: after(9), to: start + 14 * hour },
    { from: after(19), to: start + 24 * hour },
  ]);
});

test('a row is not missed before it is due', () => {
  const times = hours(0, 10);
  const to = start + 10 * hour;
  expect(missingParts({ from: start, to }, { times, claims: [] }, hour)).toEqual([]);
  expect(missingParts({ from: start, to: to + 1 }, { times, claims: [] }, hour)).toEqual([
    { from: after(9), to: to + 1 },
  ]);
});

test('coverage explains that there is nothing', () => {
  expect(missingParts(part(0, 24), { times: [], claims: [claim(0, 24, 0)] }, hour)).toEqual([]);
  const times = [...hours(0, 5), ...hours(8, 24)];
  expect(missingParts(part(0, 24), { times, claims: [claim(0, 24, 21)] }, hour)).toEqual([]);
});

test('coverage does not stand in for rows that were lost', () => {
  const times = [...hours(0, 5), ...hours(8, 24)];
  expect(missingParts(part(0, 24), { times, claims: [claim(0, 24, 24)] }, hour)).toEqual([
    { from: after(4), to: start + 8 * hour },
  ]);
});

test('rows lost evenly show as holes all the same', () => {
  const times = hours(0, 4).filter((_, index) => index % 2 === 0);
  expect(missingParts(part(0, 4), { times, claims: [claim(0, 4, 4)] }, hour)).toEqual([
    { from: after(0), to: start + 2 * hour },
    { from: after(2), to: start + 4 * hour },
  ]);
});

test('a claim about one day says nothing about the next', () => {
  const times = hours(0, 24);
  expect(missingParts(part(0, 48), { times, claims: [claim(0, 24, 24)] }, hour)).toEqual([part(24, 48)]);
});

test('the latest word counts', () => {
  const gap = claim(6, 8, 0, { state: 'gap', written: 2 });
  const repair = claim(6, 8, 0, { written: 3 });
  expect(missingParts(part(0, 24), { times: [], claims: [claim(0, 24, 0), gap] }, hour)).toEqual([part(6, 8)]);
  expect(missingParts(part(0, 24), { times: [], claims: [repair, claim(0, 24, 0), gap] }, hour)).toEqual([]);
});

test('rows farther apart than they need to be prove nothing: the stretches between are asked for, once', () => {
  const times = [0, 8, 16].map((index) => start + index * hour);
  expect(missingParts(part(0, 24), { times, claims: [] }, hour)).toEqual([
    { from: after(0), to: start + 8 * hour },
    { from: after(8), to: start + 16 * hour },
    { from: after(16), to: start + 24 * hour },
  ]);
  expect(missingParts(part(0, 24), { times, claims: [claim(0, 24, 3)] }, hour)).toEqual([]);
});

test('a row lost from a broken claim is found beside other holes', () => {
  const times = [start + 10 * hour];
  expect(
    missingParts({ from: start + 9 * hour, to: start + 23 * hour }, { times, claims: [claim(8.5, 24, 3)] }, hour),
  ).toEqual([
    { from: start + 9 * hour, to: start + 10 * hour },
    { from: after(10), to: start + 23 * hour },
  ]);
});

test('no row that the lake lacks goes unasked, whatever the claims and the spacing', () => {
  const truth = fc
    .array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 40 })
    .map((steps) =>
      steps.map((_, index) => start + steps.slice(0, index + 1).reduce((sum, step) => sum + step, 0) * hour),
    );
  const bound = fc.integer({ min: 0, max: 200 }).map((half) => start + (half * hour) / 2);
  fc.assert(
    fc.property(
      truth,
      fc.array(fc.boolean(), { maxLength: 40 }),
      bound,
      bound,
      bound,
      bound,
      (rows, kept, a, b, c, d) => {
        const times = rows.filter((_, index) => kept[index] ?? true);
        const wanted = { from: Math.min(a, b), to: Math.max(a, b) };
        const asked = { from: Math.min(c, d), to: Math.max(c, d) };
        const counted = rows.filter((time) => time >= asked.from && time < asked.to).length;
        const claims = [{ ...asked, state: 'covered' as const, rows: counted, written: 1 }];
        const parts = missingParts(wanted, { times, claims }, hour);
        const lacking = rows.filter((time) => !times.includes(time) && time >= wanted.from && time < wanted.to);
        expect(lacking.filter((time) => !parts.some(({ from, to }) => time >= from && time < to))).toEqual([]);
      },
    ),
    { numRuns: 5000 },
  );
});

test('a range that begins between two buckets does not ask for the one before', () => {
  const from = start + minute;
  expect(missingParts({ from, to: start + 4 * hour }, { times: hours(0, 4), claims: [] }, hour)).toEqual([]);
});
