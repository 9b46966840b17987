import { Reference } from '@feedlake/exchanges';
import { expect, test } from 'vitest';
import { adapterOf, mapReply, time, walk } from '../mapped.ts';

const hyperliquid = adapterOf('hyperliquid');

const request = { method: 'POST', path: '/info', body: '{"type":"metaAndAssetCtxs"}' } as const;

function context(openInterest: string, markPx: string, funding = '0.0000125') {
  return { openInterest, markPx, funding, oraclePx: '50.5', midPx: null, premium: null };
}

test('a context gives open interest and the running rate, joined to its coin by place', () => {
  const body = [
    { universe: [{ name: 'BTC' }, { name: 'kPEPE' }] },
    [context('36368.34814', '66303.2', '-0.00000125'), context('21028897.6000000015', '0.0012345')],
  ];
  const mapped = mapReply(hyperliquid, request, body, { received: '2026-10-05T12:59:59.999Z' });
  expect(mapped.of('open_interest')).toEqual([
    {
      symbol: 'BTC-USDC-PERP',
      venue_symbol: 'BTC',
      ts_event: null,
      open_interest: '36368.34814',
      open_interest_value: '2411337860.396048',
      value_basis: 'mark',
      mark_price: '66303.2',
    },
    {
      symbol: 'kPEPE-USDC-PERP',
      venue_symbol: 'kPEPE',
      ts_event: null,
      open_interest: '21028897.6000000015',
      open_interest_value: '25960.17408720000185175',
      value_basis: 'mark',
      mark_price: '0.0012345',
    },
  ]);
  expect(mapped.of('funding_rates')[0]).toEqual({
    symbol: 'BTC-USDC-PERP',
    venue_symbol: 'BTC',
    ts_event: null,
    kind: 'running',
    rate: '-0.00000125',
    funding_time: time('2026-10-05T13:00:00Z'),
    interval_seconds: 3600,
    mark_price: '66303.2',
    index_price: '50.5',
  });
});

test('on the full hour the next charge is an hour away', () => {
  const body = [{ universe: [{ name: 'BTC' }] }, [context('1', '2')]];
  const mapped = mapReply(hyperliquid, request, body, { received: '2026-10-05T13:00:00Z' });
  expect(mapped.of('funding_rates')[0]?.funding_time).toBe(time('2026-10-05T14:00:00Z'));
});

test('delisted coins are left out, zero stays zero, and their neighbours keep their contexts', () => {
  const body = [
    { universe: [{ name: 'OLD', isDelisted: true }, { name: 'ETH', isDelisted: null }, { name: 'NEW' }] },
    [context('0.0', '7'), context('5', '2000'), context('0.0', '1')],
  ];
  const mapped = mapReply(hyperliquid, request, body);
  expect(mapped.of('open_interest').map((row) => [row.venue_symbol, row.open_interest, row.mark_price])).toEqual([
    ['ETH', '5', '2000'],
    ['NEW', '0.0', '1'],
  ]);
  expect(mapped.ignored).toEqual(['metaAndAssetCtxs of OLD: delisted']);
});

test.each([
  ['a coin without context', ['A', 'B', 'C'], ['1', '2'], ['metaAndAssetCtxs of C: no context at its place 2']],
  ['a context without coin', ['A'], ['1', '2'], ['metaAndAssetCtxs: the context at place 1 belongs to no coin']],
])('%s is rejected without a shift of the others', (_case, names, values, rejected) => {
  const body = [{ universe: names.map((name) => ({ name })) }, values.map((value) => context(value, '10'))];
  const mapped = mapReply(hyperliquid, request, body);
  expect(mapped.of('open_interest').map((row) => [row.venue_symbol, row.open_interest])).toEqual(
    names.slice(0, values.length).map((name, place) => [name, values[place]]),
  );
  expect(mapped.rejected).toEqual(rejected);
});

test('an open interest of "" or null costs that row alone; without a mark price it has no value', () => {
  const body = [
    { universe: [{ name: 'A' }, { name: 'B' }, { name: 'C' }] },
    [{ ...context('', '1'), funding: null }, { ...context('2', ''), funding: '0.1' }, context('3', '4')],
  ];
  const mapped = mapReply(hyperliquid, request, body);
  expect(mapped.of('open_interest').map((row) => [row.venue_symbol, row.open_interest_value, row.value_basis])).toEqual(
    [
      ['B', null, null],
      ['C', '12', 'mark'],
    ],
  );
  expect(mapped.of('funding_rates').map((row) => row.venue_symbol)).toEqual(['B', 'C']);
  expect(mapped.rejected).toEqual([
    'open_interest of A: open_interest is missing',
    'funding_rates of A: rate is missing',
  ]);
});

test('a body of another shape is rejected', () => {
  expect(mapReply(hyperliquid, request, { error: 'no' }).rejected).toEqual([
    'metaAndAssetCtxs: universe or contexts are missing',
  ]);
});

test('a dex of another collateral names its coins by it, also when the reply is all there is', () => {
  const reference = new Reference();
  const body = [{ universe: [{ name: 'flx:NVDA' }], collateralToken: 360 }, [context('1', '2')]];
  expect(mapReply(hyperliquid, request, body, { reference }).rows[0]?.row.symbol).toBe('flx:NVDA-USDH-PERP');
  expect(hyperliquid.symbolOf('flx:TSLA', reference)).toBe('flx:TSLA-USDH-PERP');
  expect(hyperliquid.symbolOf('xyz:NVDA', reference)).toBe('xyz:NVDA-USDC-PERP');
  expect(hyperliquid.symbolOf('BTC', reference)).toBe('BTC-USDC-PERP');
});

test.each(['PURR/USDC', '@107', '#1230', ''])('%j is no perpetual', (name) => {
  expect(hyperliquid.symbolOf(name, new Reference())).toBeNull();
});

test('one request per dex that is named, the first dex by default', () => {
  const bodies = (symbols: string[] | null) =>
    hyperliquid.snapshot.open_interest
      .pages({ symbols }, new Reference())
      .flatMap((pages) => walk(pages, () => null))
      .map((one) => one.body);
  expect(bodies(null)).toEqual(['{"type":"metaAndAssetCtxs"}']);
  expect(bodies(['BTC', 'xyz:NVDA', 'ETH', 'xyz:TSLA'])).toEqual([
    '{"type":"metaAndAssetCtxs"}',
    '{"type":"metaAndAssetCtxs","dex":"xyz"}',
  ]);
  expect(bodies(['xyz:NVDA'])).toEqual(['{"type":"metaAndAssetCtxs","dex":"xyz"}']);
});

test('predicted fundings: the own rate alone, charged at the next full hour and not at the hour just settled', () => {
  const body = [
    [
      'BTC',
      [
        ['BinPerp', { fundingRate: '0.5' }],
        ['HlPerp', { fundingRate: '0.0000125', nextFundingTime: 1 }],
      ],
    ],
    ['X', [['HlPerp', null]]],
  ];
  const mapped = mapReply(hyperliquid, { ...request, body: '{"type":"predictedFundings"}' }, body);
  expect(mapped.of('funding_rates')).toEqual([
    {
      symbol: 'BTC-USDC-PERP',
      venue_symbol: 'BTC',
      ts_event: null,
      kind: 'running',
      rate: '0.0000125',
      funding_time: time('2026-10-05T13:00:00Z'),
      interval_seconds: 3600,
    },
  ]);
});
