import { Reference } from '@feedlake/exchanges';
import { expect, test } from 'vitest';
import { bybit } from '../../../../packages/exchanges/src/bybit/index.ts';
import { mapReply, walk } from '../../../support/mapped.ts';

const perpetual = {
  symbol: 'BTCUSDT',
  contractType: 'LinearPerpetual',
  status: 'Trading',
  baseCoin: 'BTC',
  quoteCoin: 'USDT',
  settleCoin: 'USDT',
  launchTime: '1585526400000',
  deliveryTime: '0',
  priceFilter: { tickSize: '0.10' },
  lotSizeFilter: { qtyStep: '0.001' },
  fundingInterval: 480,
};
const dated = {
  ...perpetual,
  symbol: 'BTC-27MAR26',
  contractType: 'LinearFutures',
  quoteCoin: 'USD',
  settleCoin: 'USDC',
  deliveryTime: '1774598400000',
  fundingInterval: 0,
};

const map = (...list: unknown[]) =>
  mapReply(bybit, '/v5/market/instruments-info?category=linear', { retCode: 0, result: { list } });

test('a perpetual: the funding interval is told in minutes', () => {
  expect(map(perpetual).rows).toEqual([
    {
      dataset: 'instruments',
      exchange: 'bybit',
      symbol: 'BTC-USDT-PERP',
      venue_symbol: 'BTCUSDT',
      ts_event: null,
      ts_recv: expect.any(Number),
      source: 'rest',
      type: 'perpetual',
      base: 'BTC',
      quote: 'USDT',
      settle: 'USDT',
      contract_size: '1',
      price_tick: '0.10',
      size_step: '0.001',
      funding_interval_seconds: 28_800,
      status: 'trading',
      listed_time: 1_585_526_400_000_000,
      expiry_time: null,
    },
  ]);
});

test('a dated future is quoted in what it settles in, as its name is read', () => {
  expect(map(dated).rows).toMatchObject([
    {
      symbol: 'BTC-USDC-20260327',
      type: 'future',
      quote: 'USDC',
      funding_interval_seconds: null,
      expiry_time: 1_774_598_400_000_000,
    },
  ]);
  expect(bybit.symbolOf('BTC-27MAR26', new Reference())).toBe('BTC-USDC-20260327');
});

test('a perpetual that is to be delisted stays a perpetual', () => {
  expect(map({ ...perpetual, status: 'Delivering', deliveryTime: '1774598400000' }).rows).toMatchObject([
    { symbol: 'BTC-USDT-PERP', type: 'perpetual', expiry_time: null, status: 'delivering' },
  ]);
});

test('inverse contracts and options are left out, and a bad entry is reported', () => {
  const { rows, ignored, rejected } = map(
    { ...perpetual, symbol: 'BTCUSD', contractType: 'InversePerpetual' },
    { symbol: 'BTC-27MAR26-70000-P', optionsType: 'Put' },
    { ...perpetual, symbol: 'XUSDT', baseCoin: '' },
    { ...perpetual, symbol: 'YUSDT', status: '' },
    perpetual,
  );
  expect(rows.map((row) => row.venue_symbol)).toEqual(['BTCUSDT']);
  expect(ignored).toHaveLength(2);
  expect(rejected).toEqual([
    'instruments of XUSDT: base, quote or expiry is missing',
    'instruments of YUSDT: status is missing',
  ]);
});

test('the listing follows the cursor to its end, and does not encode it twice', () => {
  const pages: Record<string, { list: number[]; nextPageCursor: string | null }> = {
    '': { list: [1, 2], nextPageCursor: 'first%3DA%26last%3DB' },
    'first=A&last=B': { list: [3], nextPageCursor: 'plain&odd' },
    'plain&odd': { list: [4], nextPageCursor: '' },
  };
  const seen: string[] = [];
  const paths = walk(bybit.instruments(null), (name, query) => {
    expect(name).toBe('/v5/market/instruments-info');
    expect(query.get('category')).toBe('linear');
    const cursor = query.get('cursor') ?? '';
    seen.push(cursor);
    return { retCode: 0, result: pages[cursor] };
  });
  expect(seen).toEqual(['', 'first=A&last=B', 'plain&odd']);
  expect(paths).toHaveLength(3);
});

test.each([
  ['an empty page', () => ({ list: [], nextPageCursor: 'more' }), 1],
  ['a cursor that comes again', () => ({ list: [1], nextPageCursor: 'same' }), 2],
  ['a null cursor', () => ({ list: [1], nextPageCursor: null }), 1],
])('the listing ends at %s', (_name, result, requests) => {
  expect(walk(bybit.instruments(null), () => ({ retCode: 0, result: result() }))).toHaveLength(requests);
});
