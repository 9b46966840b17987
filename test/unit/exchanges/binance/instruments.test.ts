import { Reference } from '@feedlake/exchanges';
import { expect, test } from 'vitest';
import { binance } from '../../../../packages/exchanges/src/binance/index.ts';
import { mapReply, walk } from '../../../support/mapped.ts';

const perpetual = {
  symbol: '1000PEPEUSDT',
  contractType: 'PERPETUAL',
  status: 'TRADING',
  baseAsset: '1000PEPE',
  quoteAsset: 'USDT',
  marginAsset: 'USDT',
  onboardDate: 1_683_200_000_000,
  deliveryDate: 4_133_404_800_000,
  filters: [
    { filterType: 'LOT_SIZE', stepSize: '1' },
    { filterType: 'PRICE_FILTER', tickSize: '0.0000001' },
  ],
};

const map = (symbols: unknown[], reference?: Reference) =>
  mapReply(binance, '/fapi/v1/exchangeInfo', { timezone: 'UTC', symbols }, reference);

test('a perpetual: steps from its filters, no expiry, the interval where it is known', () => {
  const reference = new Reference();
  expect(map([perpetual]).rows).toMatchObject([
    {
      symbol: '1000PEPE-USDT-PERP',
      type: 'perpetual',
      base: '1000PEPE',
      settle: 'USDT',
      contract_size: '1',
      price_tick: '0.0000001',
      size_step: '1',
      status: 'trading',
      listed_time: 1_683_200_000_000_000,
      expiry_time: null,
      funding_interval_seconds: null,
      ts_event: null,
    },
  ]);
  mapReply(binance, '/fapi/v1/fundingInfo', [], reference);
  expect(map([perpetual], reference).rows).toMatchObject([{ funding_interval_seconds: 28_800 }]);
  expect(reference.instruments.get('1000PEPEUSDT')?.symbol).toBe('1000PEPE-USDT-PERP');
});

test('a dated future expires and has no funding interval; inverse contracts are left out; bad entries are reported', () => {
  const dated = { ...perpetual, symbol: 'BTCUSDT_260327', baseAsset: 'BTC', deliveryDate: 1_774_598_400_000 };
  const inverse = { ...perpetual, symbol: 'BTCUSD_PERP', quoteAsset: 'USD', marginAsset: 'BTC' };
  const { rows, ignored, rejected } = map([inverse, { ...perpetual, baseAsset: '' }, null, dated]);
  expect(rows).toMatchObject([
    {
      symbol: 'BTC-USDT-20260327',
      type: 'future',
      expiry_time: 1_774_598_400_000_000,
      funding_interval_seconds: null,
    },
  ]);
  expect(ignored).toHaveLength(1);
  expect(rejected).toHaveLength(2);
});

test('the intervals are read before the instruments', () => {
  expect(walk(binance.instruments(null), () => null)).toEqual(['/fapi/v1/fundingInfo', '/fapi/v1/exchangeInfo']);
});
