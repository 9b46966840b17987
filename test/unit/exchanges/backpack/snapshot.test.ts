import { Reference } from '@feedlake/exchanges';
import { expect, test } from 'vitest';
import { adapterOf, mapReply, time, walk } from '../mapped.ts';

const backpack = adapterOf('backpack');
const get = (path: string) => ({ method: 'GET', path }) as const;

test('open interest: times in ms or µs, rows without it are rejected, other products ignored', () => {
  const at = time('2026-10-05T12:14:59.123Z');
  const mapped = mapReply(backpack, get('/api/v1/openInterest'), [
    { symbol: 'BTC_USDC_PERP', openInterest: '1380.05922', timestamp: at / 1000 },
    { symbol: 'kPEPE_USDC_PERP', openInterest: '0', timestamp: at + 4 },
    { symbol: 'ETH_USDC_PERP', openInterest: null, timestamp: at / 1000 },
    { symbol: 'SOL_USDC', openInterest: '7', timestamp: at / 1000 },
  ]);
  expect(mapped.of('open_interest')).toEqual([
    { symbol: 'BTC-USDC-PERP', venue_symbol: 'BTC_USDC_PERP', ts_event: at, open_interest: '1380.05922' },
    { symbol: 'kPEPE-USDC-PERP', venue_symbol: 'kPEPE_USDC_PERP', ts_event: at + 4, open_interest: '0' },
  ]);
  expect(mapped.rejected).toEqual(['open_interest of ETH_USDC_PERP: open_interest is missing']);
  expect(mapped.ignored).toHaveLength(1);
});

const market = {
  symbol: 'AAPL.US_USDC_PERP',
  baseSymbol: 'AAPL.US',
  quoteSymbol: 'USDC',
  marketType: 'PERP',
  orderBookState: 'Open',
  fundingInterval: 28_800_000,
  filters: { price: { tickSize: '0.1' }, quantity: { stepSize: '0.00001' } },
  createdAt: '2025-01-02T03:04:05.678',
};

test('running rates keep all digits and have the interval that their market was listed with', () => {
  const reference = new Reference();
  mapReply(backpack, get('/api/v1/markets'), [market], { reference });
  const next = time('2026-10-05T16:00:00Z');
  const entry = {
    symbol: 'AAPL.US_USDC_PERP',
    fundingRate: '-0.0000062512345678901234567890',
    markPrice: '340.43',
    indexPrice: '340.52',
    nextFundingTimestamp: next / 1000,
  };
  const mapped = mapReply(backpack, get('/api/v1/markPrices'), [entry], { reference });
  const row = {
    symbol: 'AAPL.US-USDC-PERP',
    venue_symbol: 'AAPL.US_USDC_PERP',
    ts_event: null,
    kind: 'running',
    rate: '-0.0000062512345678901234567890',
    funding_time: next,
    interval_seconds: 28_800,
    mark_price: '340.43',
    index_price: '340.52',
  };
  expect(mapped.of('funding_rates')).toEqual([row]);
  const alone = mapReply(backpack, get('/api/v1/markPrices'), [entry]);
  expect(alone.of('funding_rates')).toEqual([{ ...row, interval_seconds: null }]);
});

test('a dated future has no funding, a perpetual without a rate is a fault', () => {
  const mapped = mapReply(backpack, get('/api/v1/markPrices'), [
    { symbol: 'BTC_USDC_20261225', markPrice: '1' },
    { symbol: 'BTC_USDC_PERP', markPrice: '1' },
    { symbol: 'BTC_USDC', markPrice: '1' },
  ]);
  expect(mapped.rows).toEqual([]);
  expect(mapped.rejected).toEqual(['funding_rates of BTC_USDC_PERP: rate is missing']);
  expect(mapped.ignored).toHaveLength(2);
});

test('the markets are read before the rates, once; one symbol alone is asked for by name', () => {
  const reference = new Reference();
  const paths = (symbols: string[] | null) =>
    backpack.snapshot.funding_rates
      .pages({ symbols }, reference)
      .flatMap((pages) => walk(pages, () => []))
      .map(({ path }) => path);
  expect(paths(null)).toEqual(['/api/v1/markets', '/api/v1/markPrices']);
  mapReply(backpack, get('/api/v1/markets'), [market], { reference });
  expect(paths(['A_USDC_PERP', 'B_USDC_PERP'])).toEqual(['/api/v1/markPrices']);
  expect(paths(['A_USDC_PERP'])).toEqual(['/api/v1/markPrices?symbol=A_USDC_PERP']);
  const [pages] = backpack.snapshot.open_interest.pages({ symbols: null }, reference);
  expect(pages?.next().value).toMatchObject({ path: '/api/v1/openInterest' });
});

test('instruments: perpetuals and dated futures with their steps, other market types left out', () => {
  const mapped = mapReply(backpack, get('/api/v1/markets'), [
    market,
    { ...market, symbol: 'TON_USDC_PERP', orderBookState: 'CancelOnly', fundingInterval: null, createdAt: undefined },
    { ...market, symbol: 'BTC_USDC_261225', marketType: 'DATED' },
    { ...market, symbol: 'BTC_USDC', marketType: 'SPOT' },
    { ...market, symbol: 'BTC_USDC_IPERP', marketType: 'IPERP' },
    { ...market, symbol: 'RAIN_USDC', marketType: 'DATED' },
    { symbol: 'OLD_USDC_PERP', orderBookState: 'Closed' },
    null,
  ]);
  expect(mapped.of('instruments')[0]).toEqual({
    symbol: 'AAPL.US-USDC-PERP',
    venue_symbol: 'AAPL.US_USDC_PERP',
    ts_event: null,
    type: 'perpetual',
    base: 'AAPL.US',
    quote: 'USDC',
    settle: 'USDC',
    contract_size: '1',
    price_tick: '0.1',
    size_step: '0.00001',
    funding_interval_seconds: 28_800,
    status: 'trading',
    listed_time: time('2025-01-02T03:04:05.678Z'),
    expiry_time: null,
  });
  const told = mapped.of('instruments').map((row) => [row.symbol, row.status, row.funding_interval_seconds]);
  expect(told.slice(1)).toEqual([
    ['TON-USDC-PERP', 'cancelonly', null],
    ['BTC-USDC-20261225', 'trading', null],
    ['OLD-USDC-PERP', 'closed', null],
  ]);
  expect(mapped.of('instruments')[2]?.expiry_time).toBe(time('2026-12-25'));
  expect(mapped.ignored).toHaveLength(2);
  expect(mapped.rejected).toEqual([
    'instruments of RAIN_USDC: the name is not that of a DATED market',
    'instruments of null: name or market type is missing',
  ]);
});

test.each([
  ['kPEPE_USDC_PERP', 'kPEPE-USDC-PERP'],
  ['AAPL.US_USDC_PERP', 'AAPL.US-USDC-PERP'],
  ['A_B_USDC_PERP', 'A_B-USDC-PERP'],
  ['BTC_USDC', null],
  ['BTC_USDC_IPERP', null],
  ['BTC_USDC_RFQ', null],
])('%s is %s', (name, symbol) => {
  expect(backpack.symbolOf(name, new Reference())).toBe(symbol);
});
