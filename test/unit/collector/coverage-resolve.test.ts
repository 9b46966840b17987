import { describe, expect, test } from 'vitest';
import { resolveCoverage } from '../../../packages/collector/src/coverage/resolve.ts';
import type { CoverageRow } from '../../../packages/collector/src/coverage/row.ts';
import { covered, drawn, gap, repair } from './coverage-rows.ts';

const range = { from: 0, to: 20 };

/** The only timeline of some rows, drawn. */
function resolved(rows: readonly CoverageRow[]): string {
  const timelines = resolveCoverage(rows, range);
  expect(timelines).toHaveLength(1);
  return timelines.map(drawn).join();
}

/** All timelines of some rows, drawn, by what tells them apart. */
function all(rows: readonly CoverageRow[], symbols: readonly string[] | null = null): Record<string, string> {
  return Object.fromEntries(
    resolveCoverage(rows, range, symbols).map((one) => [
      [one.kind, one.periodSeconds, one.symbol ?? '*'].filter((part) => part !== null).join(' '),
      drawn(one),
    ]),
  );
}

test('nothing said is no timeline; what is not spoken of is unknown', () => {
  expect(resolveCoverage([], range)).toEqual([]);
  expect(resolved([covered(5, 8, 1), gap(10, 12, 2)])).toBe('.....###..--........');
  expect(resolveCoverage([covered(20, 30, 1), gap(-5, 0, 1)], range)).toEqual([]);
});

describe('the latest word counts', () => {
  test('whichever way round the rows come', () => {
    const rows = [covered(0, 10, 1), gap(4, 6, 2), covered(5, 6, 3)];
    expect(resolved(rows)).toBe('####-#####..........');
    expect(resolved(rows.toReversed())).toBe('####-#####..........');
  });

  test('of two at once the gap', () => {
    expect(resolved([covered(0, 10, 1), gap(4, 6, 1)])).toBe('####--####..........');
    expect(resolved([gap(4, 6, 1), covered(0, 10, 1)])).toBe('####--####..........');
  });

  test('what was said before an earlier word ends speaks again after it', () => {
    expect(resolved([covered(0, 15, 1), gap(2, 9, 2), covered(4, 6, 3)])).toBe('##--##---######.....');
  });

  test('between a symbol and all symbols alike', () => {
    const rows = [covered(0, 10, 1), gap(4, 12, 2, { symbol: null }), covered(5, 6, 3)];
    expect(all(rows)).toEqual({ 'stream BTC-USDT-PERP': '####-#------........' });
    const snapshot = { detail: 'snapshot', symbol: null };
    expect(all([covered(0, 10, 1, snapshot), gap(0, 5, 2, { ...snapshot, symbol: 'ETH-USDT-PERP' })])).toEqual({
      'snapshot ETH-USDT-PERP': '-----#####..........',
      'snapshot *': '##########..........',
    });
  });
});

describe('kinds are judged apart', () => {
  const rows = [
    gap(0, 10, 1),
    covered(0, 10, 2, { detail: 'snapshot' }),
    covered(0, 10, 2, { detail: 'history' }),
    covered(0, 5, 2, { detail: 'history period_seconds=300' }),
    covered(5, 10, 2, { detail: 'history period_seconds=3600' }),
  ];

  test('and so are widths of buckets', () => {
    expect(all(rows)).toEqual({
      'snapshot BTC-USDT-PERP': '##########..........',
      'history BTC-USDT-PERP': '##########..........',
      'history 300 BTC-USDT-PERP': '#####...............',
      'history 3600 BTC-USDT-PERP': '.....#####..........',
      'stream BTC-USDT-PERP': '----------..........',
    });
  });

  test('a repair fills earlier gaps of all of them, and claims nothing where there is none', () => {
    const repaired = all([...rows, repair(2, 20, 3, { detail: 'history' })]);
    expect(repaired['stream BTC-USDT-PERP']).toBe('--########..........');
    expect(repaired['history BTC-USDT-PERP']).toBe('####################');
    expect(repaired['history 300 BTC-USDT-PERP']).toBe('#####...............');
    expect(all([...rows, repair(2, 8, 1, { detail: 'history' })])['stream BTC-USDT-PERP']).toBe('----------..........');
  });

  test('polls stand in for the stream', () => {
    expect(resolved([gap(0, 10, 1), covered(4, 12, 2, { detail: 'poll' })])).toBe('----########........');
  });
});

describe('several writers', () => {
  test('one that has it is enough', () => {
    const other = { writer: 'other' };
    expect(resolved([covered(0, 10, 1), gap(4, 8, 9, other), covered(8, 14, 9, other)])).toBe('##############......');
    expect(resolved([gap(0, 10, 1), gap(4, 8, 9, other), covered(2, 6, 8, other)])).toBe('--##------..........');
  });

  test('each goes by its own latest word', () => {
    const rows = [covered(0, 10, 1), gap(2, 8, 2), covered(4, 6, 3, { writer: 'other' })];
    expect(resolved(rows)).toBe('##--##--##..........');
  });

  test('a repair is a word of them all', () => {
    const rows = [gap(0, 10, 5), gap(0, 10, 7, { writer: 'other' })];
    expect(resolved([...rows, repair(2, 4, 6, { writer: 'other' })])).toBe('--##------..........');
    expect(resolved([...rows, repair(2, 4, 4, { writer: 'third' })])).toBe('--##------..........');
    expect(resolved([...rows, repair(2, 4, 4, { writer: 'third', detail: 'history' })].slice(0, 2))).toBe(
      '----------..........',
    );
    const early = repair(2, 4, 4, { writer: 'third', detail: 'history' });
    expect(all([...rows, early])['stream BTC-USDT-PERP']).toBe('----------..........');
  });

  test('what happened is told by one of them as long as it can', () => {
    const cause = (text: string) => ({ cause: text });
    const other = { writer: 'other', cause: 'silent' };
    const [timeline] = resolveCoverage(
      [gap(0, 4, 1, cause('crash')), gap(4, 8, 3, cause('crash')), gap(2, 6, 2, other), gap(6, 10, 4, other)],
      range,
    );
    expect(timeline?.stretches.slice(0, 2)).toEqual([
      { state: 'gap', from: 0, to: 8, cause: 'crash', writer: 'main', detail: 'stream' },
      { state: 'gap', from: 8, to: 10, cause: 'silent', writer: 'other', detail: 'stream' },
    ]);
  });
});

describe('topics of a stream', () => {
  const topic = (name: string) => ({ detail: `stream ${name}` });

  test('are owed all: what one has does not fill the gap of another', () => {
    expect(resolved([gap(0, 6, 1, topic('a')), covered(0, 10, 2, topic('b'))])).toBe('------####..........');
    expect(resolved([covered(0, 6, 1, topic('a')), covered(4, 10, 2, topic('b'))])).toBe('##########..........');
  });

  test('a row without a topic is about all of them, and so is a repair', () => {
    const rows = [covered(0, 10, 1), gap(2, 6, 2, topic('a')), gap(4, 8, 3, topic('b'))];
    expect(resolved(rows)).toBe('##------##..........');
    expect(resolved([...rows, covered(3, 7, 4)])).toBe('##-####-##..........');
    expect(resolved([...rows, covered(3, 7, 4, topic('a'))])).toBe('##-#----##..........');
    expect(resolved([...rows, repair(3, 7, 4, topic('a'))])).toBe('##-####-##..........');
  });

  test('of a gap that runs on from one to the other', () => {
    const [timeline] = resolveCoverage([gap(0, 6, 1, topic('a')), gap(4, 8, 1, topic('b'))], range);
    expect(timeline?.stretches[0]).toEqual({
      state: 'gap',
      from: 0,
      to: 8,
      cause: 'disconnect',
      writer: 'main',
      detail: null,
    });
  });
});

test('symbols that are not named: an outage of a stream makes none of them, a snapshot without them does', () => {
  const outage = gap(2, 4, 1, { symbol: null });
  expect(all([outage])).toEqual({ 'stream *': '..--................' });
  expect(all([outage, covered(0, 6, 0)])).toEqual({ 'stream BTC-USDT-PERP': '##--##..............' });
  expect(all([outage, repair(3, 4, 2)])).toEqual({
    'stream BTC-USDT-PERP': '..-#................',
    'stream *': '..--................',
  });
  const snapshot = { detail: 'snapshot' };
  expect(all([gap(0, 5, 1, { ...snapshot, symbol: null }), covered(0, 5, 2, snapshot)])).toEqual({
    'snapshot BTC-USDT-PERP': '#####...............',
    'snapshot *': '-----...............',
  });
});

test('a gap without length is one none the less: messages of one moment were lost', () => {
  expect(resolved([covered(0, 10, 1), gap(4, 4, 2)])).toBe('####-#####..........');
  expect(resolved([covered(0, 10, 1), gap(4, 4, 2), repair(3, 5, 3)])).toBe('##########..........');
});

test('symbols that are asked for, and no others', () => {
  const rows = [covered(0, 4, 1, { symbol: null }), gap(1, 2, 2), covered(0, 9, 1, { symbol: 'ETH-USDT-PERP' })];
  expect(all(rows, ['BTC-USDT-PERP', 'SOL-USDT-PERP'])).toEqual({
    'stream BTC-USDT-PERP': '#-##................',
    'stream SOL-USDT-PERP': '####................',
  });
  expect(all([covered(0, 4, 1)], ['SOL-USDT-PERP'])).toEqual({});
});

test('a repair of one symbol shows where gaps are told of all', () => {
  const rows = [gap(0, 8, 1, { symbol: null }), repair(2, 4, 2, { detail: 'history' })];
  expect(all(rows)).toMatchObject({
    'stream BTC-USDT-PERP': '--##----............',
    'stream *': '--------............',
  });
});

describe('rows', () => {
  const rowsOf = (rows: readonly CoverageRow[], symbols: readonly string[] | null = null) =>
    resolveCoverage(rows, range, symbols).map((one) => one.rows);

  test('of the words that decide, each once', () => {
    const second = { writer: 'other', rows: 70 };
    expect(rowsOf([covered(0, 5, 1, { rows: 5 }), covered(5, 9, 1, { rows: 7 })])).toEqual([12]);
    expect(rowsOf([covered(0, 9, 1, { rows: 9 }), gap(3, 4, 2), gap(5, 6, 2)])).toEqual([9]);
    expect(rowsOf([covered(0, 9, 1, { rows: 9 }), covered(0, 9, 5, second)])).toEqual([9]);
    expect(rowsOf([covered(0, 5, 1, { rows: 5 }), covered(0, 5, 2, { rows: 6 })])).toEqual([6]);
    expect(
      rowsOf([
        covered(0, 9, 1, { rows: 9 }),
        gap(3, 4, 2, { detail: 'stream a' }),
        gap(5, 6, 2, { detail: 'stream b' }),
      ]),
    ).toEqual([9]);
  });

  test('of all symbols are not those of one; where no count is told there is none', () => {
    const snapshot = covered(0, 5, 1, { symbol: null, rows: 300 });
    expect(rowsOf([snapshot])).toEqual([300]);
    expect(rowsOf([snapshot], ['BTC-USDT-PERP'])).toEqual([null]);
    expect(rowsOf([covered(0, 5, 1)])).toEqual([null]);
    expect(rowsOf([covered(0, 5, 1, { rows: 0 })])).toEqual([0]);
  });
});

test('timelines come by exchange, dataset, kind, width and symbol', () => {
  const rows = [
    covered(0, 1, 1, { symbol: null, detail: 'snapshot' }),
    covered(0, 1, 1, { exchange: 'bybit', dataset: 'open_interest' }),
    covered(0, 1, 1, { symbol: 'ETH-USDT-PERP' }),
    covered(0, 1, 1),
    covered(0, 1, 1, { dataset: 'open_interest', detail: 'history period_seconds=3600' }),
    covered(0, 1, 1, { dataset: 'open_interest', detail: 'history period_seconds=300' }),
  ];
  expect(
    resolveCoverage(rows, range).map(({ exchange, dataset, kind, periodSeconds, symbol }) =>
      [exchange, dataset, kind, periodSeconds, symbol].join(' '),
    ),
  ).toEqual([
    'binance open_interest history 300 BTC-USDT-PERP',
    'binance open_interest history 3600 BTC-USDT-PERP',
    'binance trades snapshot  ',
    'binance trades stream  BTC-USDT-PERP',
    'binance trades stream  ETH-USDT-PERP',
    'bybit open_interest stream  BTC-USDT-PERP',
  ]);
});
