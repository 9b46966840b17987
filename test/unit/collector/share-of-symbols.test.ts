import { expect, test } from 'vitest';
import { resolveCoverage } from '../../../packages/collector/src/coverage/resolve.ts';
import { shareOfSymbols } from '../../../packages/collector/src/coverage/share-of-symbols.ts';
import { covered, gap, type Values } from './coverage-rows.ts';

const range = { from: 0, to: 120 };
const all: Values = { dataset: 'open_interest', detail: 'snapshot', symbol: null };
const one: Values = { ...all, symbol: 'ETH-USDT-PERP' };
const share = (rows: readonly ReturnType<typeof gap>[]) => shareOfSymbols(resolveCoverage(rows, range), rows);

/** Twelve snapshots of 30 symbols; one of these lacks in so many. */
function slots(lacking: number) {
  return Array.from({ length: 12 }, (_, slot) => slot * 10).flatMap((from, slot) => {
    const isLacking = slot < lacking;
    const whole = covered(from, from + 10, 1, { ...all, rows: isLacking ? 29 : 30 });
    return isLacking ? [whole, gap(from, from + 10, 2, one)] : [whole];
  });
}

test('a symbol that lacks in one of twelve slots is a 360th of what is owed of 30', () => {
  expect(share(slots(1))).toBeCloseTo(1 - 1 / 360, 10);
});

test('a slot that lacks whole is a twelfth', () => {
  expect(share([...slots(0), gap(0, 10, 2, all)])).toBeCloseTo(11 / 12, 10);
});

test('where no snapshot tells how many they are, all others weigh as one symbol', () => {
  const stream: Values = { ...all, detail: 'stream' };
  expect(
    share([covered(0, 120, 1, { ...stream, rows: 5000 }), gap(0, 60, 2, { ...stream, symbol: 'ETH-USDT-PERP' })]),
  ).toBe(0.75);
  expect(share([covered(0, 120, 1, all), gap(0, 60, 2, one)])).toBe(0.75);
});

test('of nothing owed there is none', () => {
  expect(share([])).toBeNull();
});
