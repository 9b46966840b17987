import { faultOf, type Row, rowJson } from '@feedlake/schema';
import { expect, test } from 'vitest';

const row: Row<'open_interest'> = {
  exchange: 'binance',
  symbol: 'BTC-USDT-PERP',
  venue_symbol: 'BTCUSDT',
  ts_event: 1_790_133_798_064_000,
  ts_recv: 1_790_133_798_070_001,
  source: 'rest',
  open_interest: '10659.509',
};

test.each([
  [{}, null],
  [{ ts_event: null }, null],
  [{ open_interest: '0' }, null],
  [{ open_interest: null }, 'open_interest is missing'],
  [{ open_interest: '' }, 'open_interest is no decimal number: ""'],
  [{ open_interest: 'abc' }, 'open_interest is no decimal number: "abc"'],
  [{ open_interest: 5 }, 'open_interest is no decimal number: 5'],
  [{ open_interest: '-1' }, 'open_interest is below 0: -1'],
  [{ mark_price: 'x' }, 'mark_price is no decimal number: "x"'],
  [{ ts_recv: 1.5 }, 'ts_recv is no whole number within 2^53: 1.5'],
  [{ symbol: '' }, 'symbol is no text: ""'],
  [{ period_seconds: 2 ** 53 }, 'period_seconds is no whole number within 2^53: 9007199254740992'],
])('%j: %s', (change, fault) => expect(faultOf('open_interest', { ...row, ...change })).toBe(fault));

test('as JSON a row has all columns, exact decimals, ISO times and nulls', () => {
  expect(rowJson('open_interest', row)).toEqual({
    exchange: 'binance',
    symbol: 'BTC-USDT-PERP',
    venue_symbol: 'BTCUSDT',
    ts_event: '2026-09-23T03:23:18.064000Z',
    ts_recv: '2026-09-23T03:23:18.070001Z',
    source: 'rest',
    open_interest: '10659.509',
    open_interest_value: null,
    value_basis: null,
    mark_price: null,
    period_seconds: null,
    scheduled_time: null,
  });
});
