import { formatSymbol, parseSymbol, symbolFromInput } from '@feedlake/schema';
import { expect, test } from 'vitest';

test.each([
  ['BTC-USDT-PERP', 'BTC-USDT-PERP'],
  ['BTCUSDT-PERP', 'BTC-USDT-PERP'],
  ['BTC/USDT:USDT', 'BTC-USDT-PERP'],
  ['BTC/USDT:USDT-260327', 'BTC-USDT-20260327'],
  ['BTC-USDT-20260327', 'BTC-USDT-20260327'],
  ['1000PEPEUSDT-PERP', '1000PEPE-USDT-PERP'],
  ['kPEPE-USDC-PERP', 'kPEPE-USDC-PERP'],
  ['xyz:NVDA-USDC-PERP', 'xyz:NVDA-USDC-PERP'],
  ['AAPL.US-USDC-PERP', 'AAPL.US-USDC-PERP'],
])('%s is read as %s', (input, symbol) => expect(symbolFromInput(input)).toBe(symbol));

test.each(['', 'BTC', 'BTCUSDT', 'BTC_USDC_PERP', 'BTC-PERP', '-USDT-PERP', 'BTC/USDT'])(
  '%j is left to the venue',
  (input) => expect(symbolFromInput(input)).toBeNull(),
);

test('a symbol survives its parts', () => {
  for (const symbol of ['BTC-USDT-PERP', 'A-B-USDC-PERP', 'BTC-USDT-20260327']) {
    const parts = parseSymbol(symbol);
    expect(parts && formatSymbol(parts)).toBe(symbol);
  }
});
