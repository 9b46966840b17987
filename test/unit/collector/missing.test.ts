import { day, hour, minute } from '@feedlake/schema';
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
  expect(missingParts(part(0, 48), { times: [], claims: [] }, null)).toEqual([part(0, 48)]);
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

test('rows lost so evenly that no hole shows are fetched anew', () => {
  const times = hours(0, 24).filter((_, index) => index % 2 === 0);
  expect(missingParts(part(0, 24), { times, claims: [claim(0, 24, 24)] }, null)).toEqual([part(0, 24)]);
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

test('without a known distance the rows themselves show it', () => {
  const times = [0, 8, 16, 32, 40].map((index) => start + index * hour);
  expect(missingParts(part(0, 48), { times, claims: [] }, null)).toEqual([{ from: after(16), to: start + 32 * hour }]);
});

test('a stated interval shorter than the rows show is believed', () => {
  const times = [0, 8, 16].map((index) => start + index * hour);
  const parts = missingParts(part(0, 24), { times, claims: [] }, 4 * hour);
  expect(parts.map(({ from, to }) => [Math.ceil((from - start) / hour), Math.floor((to - start) / hour)])).toEqual([
    [1, 8],
    [9, 16],
    [17, 24],
  ]);
});

test('a range that begins between two buckets does not ask for the one before', () => {
  const from = start + minute;
  expect(missingParts({ from, to: start + 4 * hour }, { times: hours(0, 4), claims: [] }, hour)).toEqual([]);
});
