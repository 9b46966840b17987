import { Reference } from '@feedlake/exchanges';
import { expect, test } from 'vitest';
import { bybit } from '../../../../packages/exchanges/src/bybit/index.ts';
import { mapReply } from '../../../support/mapped.ts';

test.each([
  ['BTCUSDT', 'BTC-USDT-PERP'],
  ['1000PEPEUSDT', '1000PEPE-USDT-PERP'],
  ['SHIB1000USDT', 'SHIB1000-USDT-PERP'],
  ['USDCUSDT', 'USDC-USDT-PERP'],
  ['BTCPERP', 'BTC-USDC-PERP'],
  ['1000PEPEPERP', '1000PEPE-USDC-PERP'],
  ['BTC-27MAR26', 'BTC-USDC-20260327'],
  ['ETH-6JAN23', 'ETH-USDC-20230106'],
  ['BTCUSDT-27MAR26', 'BTC-USDT-20260327'],
  ['BTCUSD', null],
  ['BTCUSDU23', null],
  ['BTCUSD-27MAR26', null],
  ['BTC-27MAR26-70000-P', null],
  ['BTC-27MAR26-70000-P-USDT', null],
  ['BTC-27XXX26', null],
  ['BTC-USDT', null],
  ['USDT', null],
])('%s without a listing is %s', (name, symbol) => expect(bybit.symbolOf(name, new Reference())).toBe(symbol));

test('what the venue lists goes before what its name looks like', () => {
  const reference = new Reference();
  const entry = {
    symbol: 'ODDUSDT',
    contractType: 'LinearPerpetual',
    status: 'Trading',
    baseCoin: 'OD',
    settleCoin: 'USDC',
  };
  mapReply(bybit, '/v5/market/instruments-info?category=linear', { retCode: 0, result: { list: [entry] } }, reference);
  expect(bybit.symbolOf('ODDUSDT', reference)).toBe('OD-USDC-PERP');
});
