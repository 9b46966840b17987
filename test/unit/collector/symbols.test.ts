import { resolveSymbol } from '@feedlake/collector';
import type { Row } from '@feedlake/schema';
import { expect, test } from 'vitest';

const listed = (venue_symbol: string, symbol: string, more: Partial<Row<'instruments'>> = {}): Row<'instruments'> => {
  const [base = '', quote = ''] = symbol.split('-');
  const common = { exchange: 'x', ts_recv: 1, source: 'rest', type: 'perpetual', settle: quote, status: 'trading' };
  return { ...common, symbol, venue_symbol, base, quote, ...more };
};
const instruments = [
  listed('BTC_USDC_PERP', 'BTC-USDC-PERP'),
  listed('kPEPE_USDC_PERP', 'kPEPE-USDC-PERP'),
  listed('ETHUSDT_OLD', 'ETH-USDT-PERP', { status: 'delisted' }),
  listed('ETHUSDT', 'ETH-USDT-PERP'),
  listed('BTC-27MAR26', 'BTC-USDC-20260327', { type: 'future' }),
];
const found = (input: string) => resolveSymbol('x', input, instruments);

test.each([
  ['BTC-USDC-PERP', 'BTC_USDC_PERP'],
  ['BTC/USDC:USDC', 'BTC_USDC_PERP'],
  ['BTC_USDC_PERP', 'BTC_USDC_PERP'],
  ['kpepe_usdc_perp', 'kPEPE_USDC_PERP'],
  ['BTC-27MAR26', 'BTC-27MAR26'],
  ['BTC/USDC:USDC-260327', 'BTC-27MAR26'],
])('%s is %s', (input, venueSymbol) => {
  expect(found(input)?.instrument.venue_symbol).toBe(venueSymbol);
  expect(found(input)?.notice).toBeNull();
});

test('of two instruments of one symbol the one in trading is taken', () => {
  expect(found('ETH-USDT-PERP')?.instrument.venue_symbol).toBe('ETHUSDT');
});

test('for a dollar perpetual that is not listed the dollar perpetual of its base is taken, and said', () => {
  expect(found('BTC-USDT-PERP')).toMatchObject({
    instrument: { symbol: 'BTC-USDC-PERP' },
    notice: 'x has no BTC-USDT-PERP: taking its dollar perpetual BTC-USDC-PERP',
  });
});

test.each(['SOL-USDT-PERP', 'BTC-EUR-PERP', 'PEPE-USDT-PERP', 'BTC-USDT-20260327', 'nonsense', ''])(
  '%j is nothing here',
  (input) => expect(found(input)).toBeNull(),
);
