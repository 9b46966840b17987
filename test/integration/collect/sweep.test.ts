import { takeSnapshot } from '@feedlake/collector';
import type { PolledDataset } from '@feedlake/exchanges';
import { Lake, openStore, query, snapshotName } from '@feedlake/lake';
import type { Row } from '@feedlake/schema';
import { type VenueId, venueIds } from '@feedlake/simulator';
import { describe, expect, test } from 'vitest';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { dataRequests, type Simulated, simulated, start } from '../../support/simulated.ts';
import { comparable, expectedRows } from '../../support/truth.ts';

const signal = new AbortController().signal;
const datasets: readonly PolledDataset[] = ['open_interest', 'funding_rates'];
const kinds = { open_interest: 'current', funding_rates: 'running' } as const;

async function sweep({ venue }: Simulated, id: VenueId, dataset: PolledDataset, lake: Lake) {
  const snapshot = await takeSnapshot(venue(id), dataset, { symbols: 'all', scheduled: start, signal });
  await lake.write(dataset, id, snapshotName(start), snapshot.rows as Row<typeof dataset>[]);
  return snapshot;
}

describe.each(datasets)('all symbols: %s', (dataset) => {
  test.each(venueIds)('of %s stand in the lake as the venue told them, each once', async (id) => {
    const venues = await simulated({ symbols: 500 });
    const { simulator } = venues;
    const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
    const { failures, rejected } = await sweep(venues, id, dataset, lake);
    expect({ failures, rejected }).toEqual({ failures: [], rejected: [] });

    const rows = await collect(lake.scan(dataset, { exchange: id }));
    const expected = expectedRows(simulator.truth.records({ venue: id, dataset, kind: kinds[dataset] }));
    expect(expected.length).toBeGreaterThan(60);
    expect(comparable(rows, expected)).toEqual(expected);
    expect(new Set(rows.map((row) => row.symbol)).size).toBe(rows.length);
    expect(rows.every((row) => row.exchange === id && row.source === 'simulated' && row.scheduled_time === start)).toBe(
      true,
    );

    const { rows: counted } = await query(
      lake,
      `select count(*), count(distinct symbol), count(distinct venue_symbol) from ${dataset}`,
    );
    expect(counted).toEqual([[rows.length, rows.length, rows.length]]);
  });
});

test.each([
  ['bybit', 'open_interest', ['/v5/market/tickers?category=linear']],
  ['bybit', 'funding_rates', ['/v5/market/tickers?category=linear']],
  ['hyperliquid', 'open_interest', ['/info {"type":"metaAndAssetCtxs"}']],
  ['hyperliquid', 'funding_rates', ['/info {"type":"metaAndAssetCtxs"}']],
  ['backpack', 'open_interest', ['/api/v1/openInterest']],
  ['backpack', 'funding_rates', ['/api/v1/markPrices']],
  ['binance', 'funding_rates', ['/fapi/v1/premiumIndex']],
] as const)('%s: one request brings %s of all symbols', async (id, dataset, requests) => {
  const venues = await simulated();
  await takeSnapshot(venues.venue(id), dataset, { symbols: 'all', scheduled: null, signal });
  expect(dataRequests(venues.simulator, id)).toEqual(requests);
});

interface Listed {
  readonly symbols: readonly { readonly symbol: string; readonly status: string }[];
}

test('binance: one request brings the open interest of each symbol in trading', async () => {
  const { simulator, venue } = await simulated({ symbols: 500 });
  const info = (await (await fetch(`${simulator.urls.binance}/fapi/v1/exchangeInfo`)).json()) as Listed;
  simulator.forgetRequests();
  await takeSnapshot(venue('binance'), 'open_interest', { symbols: 'all', scheduled: null, signal });
  const trading = info.symbols.filter(({ status }) => status === 'TRADING').map(({ symbol }) => symbol);
  expect(trading.length).toBeGreaterThan(480);
  expect(trading.length).toBeLessThan(info.symbols.length);
  expect(dataRequests(simulator, 'binance').sort()).toEqual(
    trading.map((symbol) => `/fapi/v1/openInterest?symbol=${symbol}`).sort(),
  );
});

test('binance: a sweep keeps within the weight that others behind the same address have left', async () => {
  const { simulator, venue, clock } = await simulated({ symbols: 500 });
  for (let spent = 0; spent < 2000; spent += 40) await fetch(`${simulator.urls.binance}/fapi/v1/ticker/24hr`);
  const { rows, failures } = await takeSnapshot(venue('binance'), 'open_interest', {
    symbols: 'all',
    scheduled: null,
    signal,
  });
  expect(failures).toEqual([]);
  expect(rows.length).toBeGreaterThan(480);
  expect(simulator.requests('binance').filter(({ status }) => status !== 200)).toEqual([]);
  expect(clock.now()).toBeGreaterThan(start);
});

test('dated futures have open interest where the venue tells it, and no funding', async () => {
  const venues = await simulated();
  const of = async (id: VenueId, dataset: PolledDataset) => {
    const { rows, failures, rejected } = await takeSnapshot(venues.venue(id), dataset, {
      symbols: 'all',
      scheduled: null,
      signal,
    });
    expect([...failures, ...rejected]).toEqual([]);
    return rows.filter(({ symbol }) => /-\d{8}$/.test(symbol)).map(({ symbol }) => symbol);
  };
  for (const id of ['binance', 'bybit'] as const) {
    expect(await of(id, 'open_interest')).toEqual(expect.arrayContaining([expect.stringMatching(/^BTC-USD[TC]-2026/)]));
    expect(await of(id, 'funding_rates')).toEqual([]);
  }
});

test('a dated future that is asked for by name is no failure of funding', async () => {
  const { venue } = await simulated();
  const oi = await takeSnapshot(venue('bybit'), 'open_interest', { symbols: 'all', scheduled: null, signal });
  const dated = oi.rows.find(({ symbol }) => /-\d{8}$/.test(symbol))?.symbol ?? '';
  const options = { symbols: [dated, 'BTC-USDT-PERP'], scheduled: null, signal };
  const { rows, failures, rejected } = await takeSnapshot(venue('bybit'), 'funding_rates', options);
  expect(rows.map(({ symbol }) => symbol)).toEqual(['BTC-USDT-PERP']);
  expect([...failures, ...rejected]).toEqual([]);
});

test('bybit without one-sided figures: half of both sides, exactly', async () => {
  const { simulator, venue } = await simulated({ bybit: { singleOpenInterest: false } });
  const { rows } = await takeSnapshot(venue('bybit'), 'open_interest', { symbols: 'all', scheduled: null, signal });
  const facts = simulator.truth.records({ venue: 'bybit', dataset: 'open_interest' });
  const both = new Map(facts.map(({ symbol, fields }) => [symbol, fields.openInterest ?? '']));
  expect(rows.length).toBe(both.size);
  for (const row of rows) {
    // Twice the half is the whole, in whole thousandths.
    const thousandths = (text: string) => BigInt(Math.round(Number(text) * 10_000));
    expect(thousandths(row.open_interest) * 2n).toBe(thousandths(both.get(row.venue_symbol) ?? ''));
  }
});

test('hyperliquid: delisted coins are left out, coins traded by the thousand keep their names', async () => {
  const { simulator, venue } = await simulated({ symbols: 500 });
  const { rows } = await takeSnapshot(venue('hyperliquid'), 'open_interest', {
    symbols: 'all',
    scheduled: null,
    signal,
  });
  const delisted = simulator.truth.records({ venue: 'hyperliquid', dataset: 'open_interest', kind: 'delisted' });
  expect(delisted.length).toBeGreaterThan(0);
  const names = new Set(rows.map(({ venue_symbol }) => venue_symbol));
  expect(delisted.filter(({ symbol }) => names.has(symbol))).toEqual([]);
  expect(rows.find(({ venue_symbol }) => venue_symbol === 'kPEPE')?.symbol).toBe('kPEPE-USDC-PERP');
});

test('a snapshot slot that is written twice is one object, as it was first', async () => {
  const venues = await simulated();
  const folder = temporaryFolder();
  const lake = new Lake(openStore(folder), { writer: 'first' });
  await sweep(venues, 'backpack', 'open_interest', lake);
  const before = await collect(lake.scan('open_interest', { exchange: 'backpack' }));
  await venues.clock.delay(30_000);
  // A double fire, half a minute later: the venue says something else by now.
  await sweep(venues, 'backpack', 'open_interest', new Lake(openStore(folder), { writer: 'second' }));
  const told = venues.simulator.truth.records({ venue: 'backpack', dataset: 'open_interest' });
  expect(new Set(told.map(({ at }) => at)).size).toBe(2);
  expect(await collect(lake.objects('open_interest'))).toHaveLength(1);
  expect(await collect(lake.scan('open_interest', { exchange: 'backpack' }))).toEqual(before);
});
