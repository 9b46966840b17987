import { Reference } from '@feedlake/exchanges';
import { expect, test } from 'vitest';
import { bybit } from '../../../../packages/exchanges/src/bybit/index.ts';
import { mapReply } from '../../../support/mapped.ts';

const path = '/v5/market/tickers?category=linear';
const time = 1_790_000_000_123;

const full = {
  symbol: 'BTCUSDT',
  markPrice: '60000.5',
  indexPrice: '60001',
  openInterest: '100.1',
  openInterestValue: '6006050.05',
  singleOpenInterest: '50.06',
  singleOpenInterestValue: '3003625.03',
  fundingRate: '-0.0001',
  nextFundingTime: '1790006400000',
  fundingIntervalHour: '4',
  deliveryTime: '0',
};

const envelope = (...list: unknown[]) => ({ retCode: 0, retMsg: 'OK', result: { category: 'linear', list }, time });

test('one reply brings open interest and funding, at the time of the envelope', () => {
  const { rows, rejected, ignored } = mapReply(bybit, path, envelope(full));
  expect(rejected).toEqual([]);
  expect(ignored).toEqual([]);
  expect(rows).toMatchObject([
    {
      dataset: 'open_interest',
      exchange: 'bybit',
      symbol: 'BTC-USDT-PERP',
      venue_symbol: 'BTCUSDT',
      ts_event: time * 1000,
      source: 'rest',
      open_interest: '50.06',
      open_interest_value: '3003625.03',
      value_basis: 'reported',
      mark_price: '60000.5',
    },
    {
      dataset: 'funding_rates',
      symbol: 'BTC-USDT-PERP',
      ts_event: time * 1000,
      kind: 'running',
      rate: '-0.0001',
      funding_time: 1_790_006_400_000_000,
      interval_seconds: 14_400,
      mark_price: '60000.5',
      index_price: '60001',
    },
  ]);
  expect(rows[0]).not.toHaveProperty('period_seconds');
});

test.each([
  [{ singleOpenInterest: undefined, singleOpenInterestValue: undefined }, '50.05', '3003025.025'],
  [{ singleOpenInterest: '', singleOpenInterestValue: null }, '50.05', '3003025.025'],
  [{ singleOpenInterest: undefined, openInterest: '0.0000000000000000003' }, '0.00000000000000000015', '3003625.03'],
  [{ singleOpenInterest: undefined, openInterest: 7 }, '3.5', '3003625.03'],
  [{ singleOpenInterest: '0' }, '0', '3003625.03'],
])('open interest counts one side: %j', (change, openInterest, value) => {
  const { rows } = mapReply(bybit, path, envelope({ ...full, ...change }));
  expect(rows[0]).toMatchObject({ open_interest: openInterest, open_interest_value: value, value_basis: 'reported' });
});

test('without a value there is no basis of it', () => {
  const { rows } = mapReply(bybit, path, envelope({ ...full, openInterestValue: '', singleOpenInterestValue: '' }));
  expect(rows[0]).toMatchObject({ open_interest: '50.06', open_interest_value: null, value_basis: null });
});

test.each([undefined, '', '0'])(
  'an interval of %j comes from the listing, and is never assumed',
  (fundingIntervalHour) => {
    const body = envelope({ ...full, fundingIntervalHour });
    const reference = new Reference();
    expect(mapReply(bybit, path, body, reference).rows[1]).toMatchObject({ interval_seconds: null });
    const listed = {
      symbol: 'BTCUSDT',
      contractType: 'LinearPerpetual',
      status: 'Trading',
      baseCoin: 'BTC',
      settleCoin: 'USDT',
    };
    mapReply(bybit, '/v5/market/instruments-info', envelope({ ...listed, fundingInterval: 60 }), reference);
    expect(mapReply(bybit, path, body, reference).rows[1]).toMatchObject({ interval_seconds: 3600 });
  },
);

test('a dated future has open interest and no funding, and that is no error', () => {
  const dated = { ...full, symbol: 'BTC-27MAR26', fundingRate: '', nextFundingTime: '', fundingIntervalHour: '' };
  const { rows, rejected } = mapReply(bybit, path, envelope(dated));
  expect(rejected).toEqual([]);
  expect(rows).toMatchObject([{ dataset: 'open_interest', symbol: 'BTC-USDC-20260327' }]);
});

test('a bad row costs neither its neighbours nor its own other dataset', () => {
  const { rows, rejected } = mapReply(
    bybit,
    path,
    envelope(
      { ...full, symbol: 'AUSDT', singleOpenInterest: 'abc' },
      { ...full, symbol: 'BUSDT', fundingRate: '' },
      null,
      { ...full, symbol: 'CUSDT' },
    ),
  );
  expect(rows.map((row) => [row.dataset, row.venue_symbol])).toEqual([
    ['funding_rates', 'AUSDT'],
    ['open_interest', 'BUSDT'],
    ['open_interest', 'CUSDT'],
    ['funding_rates', 'CUSDT'],
  ]);
  expect(rejected).toEqual([
    'open_interest of AUSDT: open_interest is no decimal number: "abc"',
    'funding_rates of BUSDT: rate is missing',
    'no object in the list: null',
  ]);
});

test('zero is a value', () => {
  const { rows } = mapReply(bybit, path, envelope({ ...full, fundingRate: '0', singleOpenInterest: '0' }));
  expect(rows).toMatchObject([{ open_interest: '0' }, { rate: '0' }]);
});

test.each(['inverse', 'option', 'spot'])('the category %s is not ours, whatever its names look like', (category) => {
  const { rows, ignored } = mapReply(bybit, '/v5/market/tickers', {
    retCode: 0,
    result: { category, list: [full] },
    time,
  });
  expect(rows).toEqual([]);
  expect(ignored).toEqual([`category ${category}: no linear contracts`]);
});

test.each([
  [{ retCode: 10001, retMsg: 'symbol invalid', result: {} }, 'error of the venue: symbol invalid (10001)'],
  [{ ret_code: 10001, ret_msg: 'bad', result: null }, 'error of the venue: bad (10001)'],
  [{ message: 'hello' }, 'no reply of Bybit: retCode is missing'],
  [{ retCode: 0, result: null }, 'the reply has no result'],
  [{ retCode: 0, result: {} }, 'the reply has no list'],
])('an error is rejected in the words of the venue: %j', (body, reason) => {
  expect(mapReply(bybit, path, body)).toEqual({ rows: [], rejected: [reason], ignored: [] });
  expect(mapReply(bybit, '/v5/market/orderbook', body).rows).toEqual([]);
});

test('one symbol is asked for by name, several by the bulk call', () => {
  const paths = (symbols: string[] | null) =>
    bybit.snapshot.open_interest.pages({ symbols }, new Reference()).map((pages) => pages.next().value?.path);
  expect(paths(null)).toEqual([path]);
  expect(paths(['BTCUSDT', 'ETHUSDT'])).toEqual([path]);
  expect(paths(['BTCUSDT'])).toEqual([`${path}&symbol=BTCUSDT`]);
  expect(bybit.snapshot.funding_rates).toBe(bybit.snapshot.open_interest);
});
