import { describe, expect, test } from 'vitest';
import { mapOpenInterest, needsMark } from '../../../../packages/exchanges/src/ccxt/open-interest.ts';
import { quirksOf } from '../../../../packages/exchanges/src/ccxt/quirks.ts';
import { inverse, mapped, market } from './mapped.ts';

const timestamp = 1_791_202_500_000;

interface Told {
  exchange: string;
  of?: Readonly<Record<string, unknown>>;
  told: Readonly<Record<string, unknown>>;
  periodSeconds?: number;
  mark?: string;
}

function map({ exchange, of = {}, told, periodSeconds, mark }: Told) {
  const one = market(of, exchange);
  const context = { quirks: quirksOf(exchange), periodSeconds: periodSeconds ?? null, mark: mark ?? null };
  return mapped([one], (mapping) => mapOpenInterest({ timestamp, info: {}, ...told }, one, context, mapping));
}

const values = (input: Told) => {
  const [row] = map(input).rows;
  return row && [row.open_interest, row.open_interest_value, row.value_basis, row.mark_price];
};

describe('base units, one side', () => {
  const contracts = { contractSize: '0.01' };

  test.each<[string, Told, (string | null)[]]>([
    [
      'Binance: as told',
      { exchange: 'binance', told: { openInterestAmount: '12.5', openInterestValue: '750000.25' } },
      ['12.5', '750000.25', 'reported', null],
    ],
    [
      'OKX counts contracts; the same in base units is its volume field, and dollars are no USDT',
      {
        exchange: 'okx',
        of: contracts,
        told: { openInterestAmount: '1234', baseVolume: '12.34', openInterestValue: '740400' },
      },
      ['12.34', null, null, null],
    ],
    [
      'OKX, inverse: dollars are the quote',
      {
        exchange: 'okx',
        of: inverse,
        told: { openInterestAmount: '6000', baseVolume: '10', openInterestValue: '600000' },
      },
      ['10', '600000', 'reported', null],
    ],
    [
      'Gate counts contracts; the mark price comes along',
      {
        exchange: 'gate',
        of: contracts,
        told: { openInterestAmount: '1234567', openInterestValue: '1', info: { mark_price: '2' } },
      },
      ['12345.67', '24691.34', 'mark', '2'],
    ],
    [
      'Gate, inverse: contracts of dollars through the mark price',
      {
        exchange: 'gate',
        of: { ...inverse, contractSize: '1' },
        told: { openInterestAmount: '120000', info: { mark_price: '60000' } },
      },
      ['2', '120000', 'reported', '60000'],
    ],
    [
      'Bybit adds up both sides: half',
      {
        exchange: 'bybit',
        told: { info: { openInterest: '100.001', openInterestValue: '5000000.01', markPrice: '50000' } },
      },
      ['50.0005', '2500000.005', 'reported', '50000'],
    ],
    [
      'Bybit, where one side is told',
      { exchange: 'bybit', told: { info: { openInterest: '100.001', singleOpenInterest: '50.001' } } },
      ['50.001', null, null, null],
    ],
    [
      'Bybit, inverse: open interest in dollars, value in base units',
      { exchange: 'bybit', of: inverse, told: { info: { openInterest: '600000', openInterestValue: '10' } } },
      ['5', '300000', 'reported', null],
    ],
    [
      'Hyperliquid: value by the mark price of its reply',
      {
        exchange: 'hyperliquid',
        of: { info: { name: 'BTC' } },
        told: { openInterestAmount: '3', info: { markPx: '7' } },
      },
      ['3', '21', 'mark', '7'],
    ],
    [
      'Backpack: base units in the field for the value',
      { exchange: 'backpack', told: { openInterestValue: '9.5' } },
      ['9.5', null, null, null],
    ],
    [
      'an exchange that is not known closer: contracts of one unit',
      { exchange: 'apex', told: { openInterestAmount: '9.5', openInterestValue: '1' } },
      ['9.5', null, null, null],
    ],
    [
      'COIN-M counts contracts of dollars; the mark price comes from elsewhere',
      { exchange: 'binancecoinm', of: inverse, told: { openInterestAmount: '1200' }, mark: '60000' },
      ['2', '120000', 'reported', '60000'],
    ],
  ])('%s', (_title, told, expected) => expect(values(told)).toEqual(expected));

  test('all digits are kept', () => {
    const told = { openInterestAmount: '123456789.123456789012345678' };
    expect(values({ exchange: 'gate', of: { contractSize: '0.0001' }, told })?.[0]).toBe(
      '12345.6789123456789012345678',
    );
  });
});

test('what is not known is rejected, never guessed', () => {
  const unknown = map({ exchange: 'htx', of: { contractSize: '0.001' }, told: { openInterestAmount: '1000' } });
  expect(unknown).toMatchObject({ rows: [], rejected: [expect.stringContaining('contracts or base units')] });
  const missing = map({ exchange: 'okx', told: { openInterestAmount: '1000' } });
  expect(missing).toMatchObject({ rows: [], rejected: ['open_interest of BTCUSDT: open_interest is missing'] });
  const noMark = map({ exchange: 'binancecoinm', of: inverse, told: { openInterestAmount: '1000' } });
  expect(noMark.rows).toEqual([]);
});

test('only what an exchange tells in dollars without a mark price needs one from elsewhere', () => {
  const needs = (exchange: string, of: object, told: object) =>
    needsMark({ info: {}, ...told }, market({ ...of }, exchange), quirksOf(exchange));
  expect(needs('binancecoinm', inverse, { openInterestAmount: '1' })).toBe(true);
  expect(needs('binance', {}, { openInterestAmount: '1' })).toBe(false);
  expect(needs('gate', inverse, { openInterestAmount: '1', info: { mark_price: '5' } })).toBe(false);
  expect(needs('bybit', inverse, { info: { openInterest: '1' } })).toBe(true);
});

test('times: the present may have none, a bucket must', () => {
  const told = { openInterestAmount: '1', timestamp: undefined };
  expect(map({ exchange: 'binance', told }).rows[0]).toMatchObject({ ts_event: null, period_seconds: null });
  expect(map({ exchange: 'binance', told, periodSeconds: 300 }).rejected).toEqual([
    'open_interest of BTCUSDT: the bucket has no time',
  ]);
  const timed = { openInterestAmount: '1', timestamp: 1_791_202_500_000.25 };
  expect(map({ exchange: 'binance', told: timed, periodSeconds: 300 }).rows[0]).toMatchObject({
    ts_event: 1_791_202_500_000_250,
    period_seconds: 300,
  });
});
