import { Reference } from '@feedlake/exchanges';
import { expect, test } from 'vitest';
import { binance } from '../../../../packages/exchanges/src/binance/index.ts';
import { mapReply, walk } from '../../../support/mapped.ts';

const premium = {
  symbol: 'BTCUSDT',
  markPrice: '60000.5',
  indexPrice: '60001',
  lastFundingRate: '-0.00012',
  nextFundingTime: 1_790_006_400_000,
  time: 1_790_000_000_123,
};

const info = (...entries: object[]) => {
  const reference = new Reference();
  return { reference, ...mapReply(binance, '/fapi/v1/fundingInfo', entries, reference) };
};
const adjusted = { symbol: 'BLZUSDT', fundingIntervalHours: 4 };

test('open interest now: base units, no value, no bucket', () => {
  const body = { symbol: 'BTCUSDT', openInterest: '83782.317', time: 1_790_000_000_123 };
  expect(mapReply(binance, '/fapi/v1/openInterest?symbol=BTCUSDT', body).rows).toEqual([
    {
      dataset: 'open_interest',
      exchange: 'binance',
      symbol: 'BTC-USDT-PERP',
      venue_symbol: 'BTCUSDT',
      ts_event: 1_790_000_000_123_000,
      ts_recv: expect.any(Number),
      source: 'rest',
      open_interest: '83782.317',
    },
  ]);
});

test('funding now is the running estimate, charged at the next funding time', () => {
  expect(mapReply(binance, '/fapi/v1/premiumIndex', [premium]).rows).toMatchObject([
    {
      dataset: 'funding_rates',
      kind: 'running',
      rate: '-0.00012',
      funding_time: 1_790_006_400_000_000,
      ts_event: 1_790_000_000_123_000,
      mark_price: '60000.5',
      index_price: '60001',
    },
  ]);
});

test('the interval: as adjusted, 8 h where fundingInfo leaves a symbol out, unknown where it was not read', () => {
  const { reference } = info(adjusted);
  const rows = (known?: Reference) =>
    mapReply(binance, '/fapi/v1/premiumIndex', [premium, { ...premium, symbol: 'BLZUSDT' }], known).rows;
  expect(rows(reference).map((row) => row.interval_seconds)).toEqual([28_800, 14_400]);
  expect(rows().map((row) => row.interval_seconds)).toEqual([null, null]);
});

test.each([
  ['an entry without an interval', [adjusted, { symbol: 'BTCUSDT', fundingIntervalHours: '' }], [null, 14_400]],
  ['an interval of 0', [adjusted, { symbol: 'BTCUSDT', fundingIntervalHours: 0 }], [null, 14_400]],
  ['an entry without a symbol', [adjusted, { fundingIntervalHours: 1 }], [null, null]],
])('fundingInfo with %s makes no 8 h out of it', (_name, entries, intervals) => {
  const { reference, rejected } = info(...entries);
  expect(rejected).toHaveLength(1);
  const body = [premium, { ...premium, symbol: 'BLZUSDT' }];
  const { rows } = mapReply(binance, '/fapi/v1/premiumIndex', body, reference);
  expect(rows.map((row) => row.interval_seconds)).toEqual(intervals);
});

test('an error in place of fundingInfo makes no 8 h for all', () => {
  const reference = new Reference();
  const { rejected } = mapReply(binance, '/fapi/v1/fundingInfo', { code: -1003, msg: 'Too many requests' }, reference);
  expect(rejected).toEqual(['error of the venue: Too many requests (-1003)']);
  expect(reference.fundingIntervals).toBeNull();
});

test.each(['', '0.00000000', null])('a dated future has no funding, also where the rate is %j', (lastFundingRate) => {
  const dated = { ...premium, symbol: 'BTCUSDT_260327', lastFundingRate, nextFundingTime: 0 };
  expect(mapReply(binance, '/fapi/v1/premiumIndex', dated)).toMatchObject({
    rows: [],
    rejected: [],
    ignored: [expect.any(String)],
  });
});

test('a bad row costs its neighbours nothing', () => {
  const body = [{ ...premium, lastFundingRate: '' }, 7, { ...premium, markPrice: '', lastFundingRate: '0' }];
  const { rows, rejected } = mapReply(binance, '/fapi/v1/premiumIndex', body);
  expect(rows).toMatchObject([{ rate: '0', mark_price: null }]);
  expect(rejected).toEqual(['funding_rates of BTCUSDT: rate is missing', 'no object: 7']);
});

test.each([
  '/fapi/v1/openInterest?symbol=X',
  '/futures/data/openInterestHist?symbol=X&period=1h',
  '/fapi/v1/premiumIndex',
  '/fapi/v1/exchangeInfo',
  '/fapi/v1/klines?symbol=X&interval=1m',
  '/fapi/v1/depth?symbol=X',
  '/fapi/v1/time',
])('an error of %s is rejected in the words of the venue', (path) => {
  expect(mapReply(binance, path, { code: -1121, msg: 'Invalid symbol.' })).toEqual({
    rows: [],
    rejected: ['error of the venue: Invalid symbol. (-1121)'],
    ignored: [],
  });
});

test('open interest is asked for symbol by symbol; funding of all at once, after the intervals', () => {
  const { open_interest, funding_rates } = binance.snapshot;
  expect(open_interest.bulk).toBe(false);
  const requests = open_interest.pages({ symbols: ['BTCUSDT', 'ETHUSDT'] }, new Reference());
  expect(requests.map((pages) => pages.next().value)).toEqual([
    { method: 'GET', path: '/fapi/v1/openInterest?symbol=BTCUSDT', costs: { weight: 1 } },
    { method: 'GET', path: '/fapi/v1/openInterest?symbol=ETHUSDT', costs: { weight: 1 } },
  ]);
  const walked = (symbols: string[] | null, reference: Reference) =>
    funding_rates.pages({ symbols }, reference).flatMap((pages) => walk(pages, () => null));
  expect(walked(null, new Reference())).toEqual(['/fapi/v1/fundingInfo', '/fapi/v1/premiumIndex']);
  expect(walked(['BTCUSDT'], info(adjusted).reference)).toEqual(['/fapi/v1/premiumIndex?symbol=BTCUSDT']);
  expect(walked(['BTCUSDT', 'ETHUSDT'], info(adjusted).reference)).toEqual(['/fapi/v1/premiumIndex']);
});

test('a name whose quote asset is new is reported, not lost in silence; COIN-M names are no fault', () => {
  const odd = { ...premium, symbol: 'BTCXYZ9' };
  const result = mapReply(binance, '/fapi/v1/premiumIndex', [odd, premium, { ...premium, symbol: 'BTCUSD_PERP' }]);
  expect(result.rows).toHaveLength(1);
  expect(result.rejected).toEqual([expect.stringContaining('BTCXYZ9')]);
});

test('a settled rate without a readable time is no row', () => {
  const rows = [
    { symbol: 'BTCUSDT', fundingRate: '0.0001' },
    { symbol: 'BTCUSDT', fundingRate: '0.0002', fundingTime: 'abc' },
    { symbol: 'BTCUSDT', fundingRate: '0.0003', fundingTime: 1_790_000_000_000 },
  ];
  const result = mapReply(binance, '/fapi/v1/fundingRate?symbol=BTCUSDT', rows);
  expect(result.rows).toMatchObject([{ rate: '0.0003' }]);
  expect(result.rejected).toHaveLength(2);
});
