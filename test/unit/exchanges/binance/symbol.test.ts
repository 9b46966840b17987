import { Reference } from '@feedlake/exchanges';
import { expect, test } from 'vitest';
import { binance } from '../../../../packages/exchanges/src/binance/index.ts';

test.each([
  ['BTCUSDT', 'BTC-USDT-PERP'],
  ['BTCUSDC', 'BTC-USDC-PERP'],
  ['1000PEPEUSDT', '1000PEPE-USDT-PERP'],
  ['ETHBTC', 'ETH-BTC-PERP'],
  ['BTCUSDT_260327', 'BTC-USDT-20260327'],
  ['BTCBUSD_210129', 'BTC-BUSD-20210129'],
  ['BNBUSDT', 'BNB-USDT-PERP'],
  ['BTCUSD_PERP', null],
  ['BTCUSD_260327', null],
  ['BNBUSD_260327', null],
  ['ETH-260327-1625-C', null],
])('%s is %s', (name, symbol) => expect(binance.symbolOf(name, new Reference())).toBe(symbol));
