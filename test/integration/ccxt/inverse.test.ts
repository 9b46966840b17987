import { fetchHistory, takeSnapshot } from '@feedlake/collector';
import { hour } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { ccxtVenue } from '../../support/ccxt.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type Answer, json, startVenue } from '../../support/venue.ts';

const { signal } = new AbortController();
const now = Date.UTC(2026, 9, 15, 12, 34, 56);

const symbol = (name: string, contractSize: number, contractType: string) => ({
  symbol: name,
  pair: name.split('_')[0],
  contractType,
  contractSize,
  contractStatus: 'TRADING',
  baseAsset: 'BTC',
  quoteAsset: 'USD',
  marginAsset: 'BTC',
  deliveryDate: Date.UTC(2026, 11, 25, 8),
  onboardDate: Date.UTC(2020, 0, 1),
  filters: [],
});

/** Binance COIN-M in small: contracts of a hundred dollars. */
const coinM: Answer = (response, request) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://dapi');
  const name = searchParams.get('symbol');
  const prices = [
    { symbol: 'BTCUSD_PERP', markPrice: '50000.00000000', indexPrice: '50010', lastFundingRate: '0.0001' },
    { symbol: 'BTCUSD_261225', markPrice: '51200.00000000', indexPrice: '50010', lastFundingRate: '' },
  ].map((price) => ({ ...price, nextFundingTime: Date.UTC(2026, 9, 15, 16), time: now }));
  if (pathname === '/dapi/v1/exchangeInfo') {
    json(response, {
      symbols: [symbol('BTCUSD_PERP', 100, 'PERPETUAL'), symbol('BTCUSD_261225', 100, 'CURRENT_QUARTER')],
    });
  } else if (pathname === '/dapi/v1/openInterest') {
    json(response, { symbol: name, openInterest: name === 'BTCUSD_PERP' ? '6000000' : '4096', time: now });
  } else if (pathname === '/dapi/v1/premiumIndex') {
    json(
      response,
      prices.filter((price) => name === null || price.symbol === name),
    );
  } else json(response, { code: -1, msg: 'no such path' }, 404);
};

test('contracts of dollars become base units by the mark price, which stands with the row', async () => {
  await using venue = await startVenue(coinM);
  const binance = ccxtVenue('binancecoinm', [venue.url], new FakeClock(now * 1000));
  const { rows, failures, rejected } = await takeSnapshot(binance, 'open_interest', {
    symbols: 'all',
    scheduled: null,
    signal,
  });
  expect({ failures, rejected }).toEqual({ failures: [], rejected: [] });
  const found = rows.map((row) => [
    row.symbol,
    row.open_interest,
    row.open_interest_value,
    row.value_basis,
    Number(row.mark_price),
  ]);
  expect(found.sort()).toEqual([
    ['BTC-USD-20261225', '8', '409600', 'reported', 51200],
    ['BTC-USD-PERP', '12000', '600000000', 'reported', 50000],
  ]);
});

test('their history is that of another contract through ccxt: not taken', async () => {
  await using venue = await startVenue(coinM);
  const { failures } = await fetchHistory(
    ccxtVenue('binancecoinm', [venue.url], new FakeClock(now * 1000)),
    'open_interest',
    {
      symbols: ['BTC-USD-PERP'],
      from: now * 1000 - hour,
      to: now * 1000,
      periodSeconds: 3600,
      now: now * 1000,
      signal,
      keeper: null,
    },
  );
  expect(failures).toEqual([expect.objectContaining({ kind: 'not_offered' })]);
  expect(venue.seen).toEqual([]);
});
