import { Reference } from '@feedlake/exchanges';
import { expect, test } from 'vitest';
import { adapterOf, mapReply, walk } from '../mapped.ts';

const hyperliquid = adapterOf('hyperliquid');

const meta = { method: 'POST', path: '/info', body: '{"type":"meta"}' } as const;

test('instruments: steps from the decimals, delisted ones marked, hourly funding', () => {
  const reference = new Reference();
  const universe = [
    { name: 'BTC', szDecimals: 5, isDelisted: null },
    { name: 'DOGE', szDecimals: '0' },
    { name: 'FTM', szDecimals: 2, isDelisted: true },
    { name: 'ODD' },
    { szDecimals: 1 },
  ];
  const mapped = mapReply(hyperliquid, meta, { universe, collateralToken: 0 }, { reference });
  expect(mapped.of('instruments')[0]).toEqual({
    symbol: 'BTC-USDC-PERP',
    venue_symbol: 'BTC',
    ts_event: null,
    type: 'perpetual',
    base: 'BTC',
    quote: 'USDC',
    settle: 'USDC',
    contract_size: '1',
    price_tick: null,
    size_step: '0.00001',
    funding_interval_seconds: 3600,
    status: 'trading',
  });
  expect(mapped.of('instruments').map((row) => [row.venue_symbol, row.size_step, row.status])).toEqual([
    ['BTC', '0.00001', 'trading'],
    ['DOGE', '1', 'trading'],
    ['FTM', '0.01', 'delisted'],
    ['ODD', null, 'trading'],
  ]);
  expect(mapped.rejected).toEqual(['instruments: the instrument has no name']);
  expect(reference.instruments.get('FTM')?.status).toBe('delisted');
});

test('each dex of allPerpMetas keeps its own collateral; an unknown token goes by its index', () => {
  const body = [
    { universe: [{ name: 'BTC' }], collateralToken: 0 },
    { universe: [{ name: 'hyna:BTC' }], collateralToken: 235 },
    { universe: [{ name: 'new:BTC' }], collateralToken: 999 },
  ];
  const mapped = mapReply(hyperliquid, { ...meta, body: '{"type":"allPerpMetas"}' }, body);
  expect(mapped.of('instruments').map((row) => [row.symbol, row.settle])).toEqual([
    ['BTC-USDC-PERP', 'USDC'],
    ['hyna:BTC-USDE-PERP', 'USDE'],
    ['new:BTC-TOKEN999-PERP', 'TOKEN999'],
  ]);
});

const dexes = [null, { name: 'xyz' }, { name: 'flx' }];

test.each([
  ['all', null, ['meta', 'perpDexs', 'meta xyz', 'meta flx']],
  ['names of the first dex', ['BTC-USDC-PERP', 'ETH/USDC:USDC'], ['meta']],
  ['a name of another dex', ['BTC', 'flx:NVDA-USDH-PERP'], ['meta', 'perpDexs', 'meta flx']],
  ['a dex that does not exist', ['nope:NVDA'], ['meta', 'perpDexs']],
])('instruments are listed dex by dex: %s', (_case, wanted, asked) => {
  const requests = walk(hyperliquid.instruments(wanted), (request) =>
    request.body === '{"type":"perpDexs"}' ? dexes : { universe: [] },
  );
  const names = requests.map(({ body = '' }) => Object.values(JSON.parse(body)).join(' '));
  expect(names).toEqual(asked);
});
