import { describe, expect, test } from 'vitest';
import { mapFundingRate, mapSettledRate } from '../../../../packages/exchanges/src/ccxt/funding.ts';
import { quirksOf } from '../../../../packages/exchanges/src/ccxt/quirks.ts';
import { time } from '../mapped.ts';
import { mapped, market, received } from './mapped.ts';

const ms = (iso: string) => time(iso) / 1000;
const before = ms('2026-10-05T08:00:00Z');
const next = ms('2026-10-05T16:00:00Z');
const afterNext = ms('2026-10-06T00:00:00Z');

const running = (structure: object, exchange = 'unlisted') =>
  mapped([market()], (mapping) => mapFundingRate(structure, market(), quirksOf(exchange), mapping));

describe('the rate that runs', () => {
  test.each([
    ['with its own time', { fundingRate: '0.1', fundingTimestamp: next }, '0.1', next],
    [
      'beside the one for later',
      { fundingRate: '0.1', fundingTimestamp: next, nextFundingRate: '0.2', nextFundingTimestamp: afterNext },
      '0.1',
      next,
    ],
    ['its time where that of the later one belongs', { fundingRate: '0.1', nextFundingTimestamp: next }, '0.1', next],
    [
      'beside the one that was charged last',
      { fundingRate: '0.1', fundingTimestamp: before, nextFundingRate: '0.2', nextFundingTimestamp: next },
      '0.2',
      next,
    ],
    ['alone', { nextFundingRate: '0.2', nextFundingTimestamp: next }, '0.2', next],
    ['without any time', { fundingRate: '0.1' }, '0.1', null],
    ['with a time that is past', { fundingRate: '0.1', fundingTimestamp: before }, '0.1', null],
    ['zero', { fundingRate: '0', fundingTimestamp: next }, '0', next],
  ])('%s', (_title, structure, rate, at) => {
    const [row] = running(structure).rows;
    expect(row).toMatchObject({ kind: 'running', rate, funding_time: at === null ? null : at * 1000 });
  });

  test('mark and index price, time and digits come along', () => {
    const [row] = running({
      fundingRate: '0.000008250998527812419885577010519',
      timestamp: 1_791_202_500_001,
      markPrice: '60000.5',
      indexPrice: '60001.25',
    }).rows;
    expect(row).toMatchObject({
      rate: '0.000008250998527812419885577010519',
      ts_event: 1_791_202_500_001_000,
      mark_price: '60000.5',
      index_price: '60001.25',
    });
  });

  test('without a rate there is no row', () => {
    expect(running({ fundingTimestamp: next })).toMatchObject({
      rows: [],
      rejected: ['funding_rates of BTCUSDT: rate is missing'],
    });
  });
});

test.each([
  ['8h', 'okx', 28_800],
  ['1h', 'okx', 3600],
  [undefined, 'okx', null],
  ['0h', 'bybit', null],
  ['5400000', 'okx', null],
  ['1h', 'backpack', null],
  ['1h', 'hyperliquid', null],
  ['8h', 'deribit', null],
])('interval %s of %s: %s seconds', (interval, exchange, seconds) => {
  expect(running({ fundingRate: '0.1', interval }, exchange).rows[0]).toMatchObject({ interval_seconds: seconds });
});

test('a funding time that ccxt made up is none, or the full hour by the rules of the venue', () => {
  const made = { fundingRate: '0.1', fundingTimestamp: next };
  expect(running(made, 'cryptocom').rows[0]).toMatchObject({ funding_time: null });
  expect(running(made, 'hyperliquid').rows[0]).toMatchObject({ funding_time: time('2026-10-05T13:00:00Z') });
});

test('settled rates: late stamps are rounded, the one that still runs is left out', () => {
  const rates = [
    { fundingRate: '0.1', timestamp: before + 114 },
    { fundingRate: '', timestamp: before },
    { fundingRate: '0.2', timestamp: received / 1000 - 30_000 },
    { fundingRate: '0.3', timestamp: next },
    { fundingRate: '0.4' },
  ];
  const result = mapped([market()], (mapping) => {
    for (const rate of rates) mapSettledRate(rate, market(), mapping);
  });
  expect(result.rows).toEqual([
    expect.objectContaining({
      kind: 'settled',
      rate: '0.1',
      ts_event: (before + 114) * 1000,
      funding_time: before * 1000,
    }),
  ]);
  expect(result.rejected).toEqual([
    'funding_rates of BTCUSDT: rate is missing',
    'funding_rates of BTCUSDT: timestamp is no time: undefined',
  ]);
  expect(result.ignored.length).toBe(2);
});
