import { hour, minute, second } from '@feedlake/schema';
import { describe, expect, test } from 'vitest';
import { cellsOf } from '../../../packages/collector/src/coverage/cells.ts';
import { completeness } from '../../../packages/collector/src/coverage/completeness.ts';
import { outagesOf } from '../../../packages/collector/src/coverage/outages.ts';
import { resolveCoverage } from '../../../packages/collector/src/coverage/resolve.ts';
import { covered, gap, type Values } from './coverage-rows.ts';

const symbol = (name: string): Values => ({ symbol: `${name}-USDT-PERP` });

describe('completeness', () => {
  const range = { from: 0, to: 100 };

  test('is the covered share of what is owed: what nobody speaks of is neither', () => {
    const timelines = resolveCoverage(
      [covered(0, 60, 1, { rows: 7 }), gap(50, 80, 2), covered(0, 40, 1, { ...symbol('ETH'), rows: 3 })],
      range,
    );
    expect(timelines.map(completeness)).toEqual([
      { covered: 50, gap: 30, unknown: 20, share: 0.625, gaps: 1, rows: 7 },
      { covered: 40, gap: 0, unknown: 60, share: 1, gaps: 0, rows: 3 },
    ]);
    expect(completeness(timelines)).toEqual({ covered: 90, gap: 30, unknown: 80, share: 0.75, gaps: 1, rows: 10 });
  });

  test('of nothing owed there is none', () => {
    expect(completeness([])).toEqual({ covered: 0, gap: 0, unknown: 0, share: null, gaps: 0, rows: null });
  });

  test('a microsecond that is missing in a year still shows', () => {
    const year = { from: 0, to: 365 * 24 * hour };
    const [timeline] = resolveCoverage([covered(0, year.to, 1), gap(5, 6, 2)], year);
    expect(timeline === undefined ? null : completeness(timeline).share).toBeLessThan(1);
  });
});

test('cells begin at multiples of their width, and add up what timelines have in them', () => {
  const range = { from: 5, to: 32 };
  const timelines = resolveCoverage(
    [covered(0, 18, 1), gap(18, 20, 1), covered(20, 25, 1), gap(7, 40, 1, symbol('ETH'))],
    range,
  );
  expect(cellsOf(timelines, range, 10)).toEqual([
    { from: 5, to: 10, covered: 5, gap: 3, unknown: 2 },
    { from: 10, to: 20, covered: 8, gap: 12, unknown: 0 },
    { from: 20, to: 30, covered: 5, gap: 10, unknown: 5 },
    { from: 30, to: 32, covered: 0, gap: 2, unknown: 2 },
  ]);
});

describe('gaps of one event', () => {
  const range = { from: 0, to: 24 * hour };
  const outages = (rows: readonly ReturnType<typeof gap>[]) =>
    outagesOf(resolveCoverage(rows, range)).map(({ from, to, cause, symbols, longest }) => ({
      from,
      to,
      cause,
      symbols: symbols.map((name) => name?.slice(0, 3) ?? '*').join(' '),
      longest,
    }));

  test('are those with the same cause and nearly the same times', () => {
    const from = hour;
    const to = hour + 10 * second;
    expect(
      outages([
        gap(from, to + 20 * second, 1, symbol('ETH')),
        gap(from + 5 * second, to, 1, symbol('BTC')),
        gap(from, to, 1, { ...symbol('SOL'), cause: 'silent' }),
        gap(from, to + 5 * minute, 1, symbol('ADA')),
        gap(from + 2 * hour, to + 2 * hour, 1, symbol('ETH')),
      ]),
    ).toEqual([
      { from, to, cause: 'silent', symbols: 'SOL', longest: 10 * second },
      { from, to: to + 20 * second, cause: 'disconnect', symbols: 'BTC ETH', longest: 30 * second },
      { from, to: to + 5 * minute, cause: 'disconnect', symbols: 'ADA', longest: 5 * minute + 10 * second },
      { from: from + 2 * hour, to: to + 2 * hour, cause: 'disconnect', symbols: 'ETH', longest: 10 * second },
    ]);
  });

  test('long ones may differ by more', () => {
    const long = outages([gap(0, 5 * hour, 1, symbol('BTC')), gap(20 * minute, 5.2 * hour, 1, symbol('ETH'))]);
    expect(long).toEqual([{ from: 0, to: 5.2 * hour, cause: 'disconnect', symbols: 'BTC ETH', longest: 5 * hour }]);
  });

  test('are apart where exchange, dataset or kind differ', () => {
    const other: Values[] = [{}, { exchange: 'bybit' }, { dataset: 'tickers' }, { detail: 'snapshot' }];
    expect(outages(other.map((values) => gap(0, minute, 1, values)))).toHaveLength(4);
  });

  test('of one symbol are never one event, however near they are', () => {
    const crashes = (name: string, ...starts: number[]) =>
      starts.map((from) => gap(from * second, (from + 3) * second, 1, { ...symbol(name), cause: 'crash' }));
    expect(outages(crashes('BTC', 0, 10, 20)).map(({ from, to }) => [from, to])).toEqual([
      [0, 3 * second],
      [10 * second, 13 * second],
      [20 * second, 23 * second],
    ]);
    // Two crashes within a minute, and a third that takes one symbol alone.
    const all = outages([...crashes('BTC', 0, 30, 50), ...crashes('ETH', 1, 29), ...crashes('SOL', 2, 31)]);
    expect(all).toEqual([
      { from: 0, to: 5 * second, cause: 'crash', symbols: 'BTC ETH SOL', longest: 3 * second },
      { from: 29 * second, to: 34 * second, cause: 'crash', symbols: 'BTC ETH SOL', longest: 3 * second },
      { from: 50 * second, to: 53 * second, cause: 'crash', symbols: 'BTC', longest: 3 * second },
    ]);
  });

  test('go to the event that they have a moment in common with, and not to one a little before', () => {
    const hole = (name: string, from: number, to: number) => gap(from * second, to * second, 1, symbol(name));
    const found = outages([hole('BTC', 0, 1), hole('ETH', 20, 22), hole('BTC', 21, 23), hole('SOL', 40, 41)]);
    expect(found.map(({ from, to, symbols }) => [from / second, to / second, symbols])).toEqual([
      [0, 1, 'BTC'],
      [20, 41, 'BTC ETH SOL'],
    ]);
  });

  test('one after the other are one event where each is of another symbol', () => {
    const names = ['BTC', 'ETH', 'SOL'];
    const found = outages(names.map((name, i) => gap(i * 10 * second, (i * 10 + 1) * second, 1, symbol(name))));
    expect(found).toEqual([{ from: 0, to: 21 * second, cause: 'disconnect', symbols: 'BTC ETH SOL', longest: second }]);
  });

  test('short ones after one another stay apart, each with all its symbols', () => {
    const names = ['BTC', 'ETH', 'SOL'];
    const starts = Array.from({ length: 50 }, (_, index) => index * 10 * minute);
    const all = outages(
      starts.flatMap((from) => names.map((name, i) => gap(from + i, from + second, 1, symbol(name)))),
    );
    expect(all.map(({ from }) => from)).toEqual(starts);
    expect(new Set(all.map(({ symbols }) => symbols))).toEqual(new Set(['BTC ETH SOL']));
  });
});
