import { expect, test } from 'vitest';
import { mapInstrument } from '../../../../packages/exchanges/src/ccxt/market.ts';
import { Markets } from '../../../../packages/exchanges/src/ccxt/markets.ts';
import { quirksOf } from '../../../../packages/exchanges/src/ccxt/quirks.ts';
import { inverse, mapped, structure } from './mapped.ts';

const expiry = Date.UTC(2026, 11, 25, 8);

function list(structures: readonly unknown[], { exchange = 'unlisted', precisionMode = 4 } = {}) {
  const quirks = quirksOf(exchange);
  const markets = new Markets(structures, quirks);
  const { rows } = mapped(markets.all, (mapping) => {
    for (const market of markets.all) mapInstrument(market, precisionMode, quirks, mapping);
  });
  return { markets, rows, rejected: markets.rejected };
}

test('perpetuals and dated futures, linear and inverse', () => {
  const { rows } = list([
    structure({ contractSize: '0.01', precision: { amount: '0.1', price: '0.5' } }),
    structure({ id: 'BTCUSDT-25DEC26', symbol: 'BTC/USDT:USDT-261225', type: 'future', expiry }),
    structure(inverse),
    structure({ id: 'delisted', symbol: 'OLD/USDT:USDT', base: 'OLD', active: false }),
  ]);
  expect(rows.map((row) => [row.symbol, row.venue_symbol, row.type, row.settle, row.status])).toEqual([
    ['BTC-USDT-PERP', 'BTCUSDT', 'perpetual', 'USDT', 'trading'],
    ['BTC-USDT-20261225', 'BTCUSDT-25DEC26', 'future', 'USDT', 'trading'],
    ['BTC-USD-PERP', 'BTC-USD-SWAP', 'perpetual', 'BTC', 'trading'],
    ['OLD-USDT-PERP', 'delisted', 'perpetual', 'USDT', 'inactive'],
  ]);
  // Sizes in base units: a tenth of a contract of a hundredth; dollars of an inverse contract are none.
  expect(rows[0]).toMatchObject({ contract_size: '0.01', size_step: '0.001', price_tick: '0.5' });
  expect(rows[0]?.listed_time).toBe(1_600_000_000_123_000);
  expect(rows[1]?.expiry_time).toBe(expiry * 1000);
  expect(rows[2]).toMatchObject({ contract_size: null, size_step: null });
});

test('spot, options and contracts that settle in a third asset are none of ours', () => {
  const { rows, rejected } = list([
    structure({ type: 'spot', settle: undefined }),
    structure({ type: 'option' }),
    structure({ linear: false, inverse: true, settle: 'ETH' }),
  ]);
  expect({ rows, rejected }).toEqual({ rows: [], rejected: [] });
});

test('two contracts of one unified symbol are never mixed: the linear one has it', () => {
  const linear = { id: 'PF_XBTUSD', symbol: 'BTC/USD:USD', quote: 'USD', settle: 'USD' };
  const { rows, rejected, markets } = list([structure(inverse), structure(linear)]);
  expect(rows.map((row) => row.venue_symbol)).toEqual(['PF_XBTUSD']);
  expect(rejected).toEqual([expect.stringMatching(/BTC\/USD:BTC.*can't be told from BTC\/USD:USD/)]);
  expect(markets.ofStructure('BTC/USD:BTC')).toBeNull();
});

test('broken structures cost only themselves', () => {
  const { rows, rejected } = list([null, structure({ base: undefined }), structure({ type: 'future' }), structure()]);
  expect(rows.map((row) => row.symbol)).toEqual(['BTC-USDT-PERP']);
  expect(rejected.length).toBe(2);
});

test("names are the venue's own, also where ccxt has others", () => {
  const { rows } = list(
    [structure({ id: '11', base: 'KPEPE', quote: 'USDC', settle: 'USDC', info: { name: 'kPEPE' } })],
    {
      exchange: 'hyperliquid',
    },
  );
  expect(rows[0]).toMatchObject({ symbol: 'kPEPE-USDC-PERP', venue_symbol: 'kPEPE', base: 'kPEPE', price_tick: null });
});

test('precisions that count digits are no steps', () => {
  const { rows } = list([structure({ precision: { amount: '8', price: '5' } })], { precisionMode: 3 });
  expect(rows[0]).toMatchObject({ price_tick: null, size_step: null });
});
