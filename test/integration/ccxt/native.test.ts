import { fetchHistory, listInstruments, takeSnapshot, type Venue } from '@feedlake/collector';
import type { PolledDataset } from '@feedlake/exchanges';
import { type DatasetName, day, hour, rowJson } from '@feedlake/schema';
import { type VenueId, venueIds } from '@feedlake/simulator';
import { describe, expect, test } from 'vitest';
import { ccxtVenue } from '../../support/ccxt.ts';
import { type Simulated, simulated, start } from '../../support/simulated.ts';

const signal = new AbortController().signal;
const datasets: readonly PolledDataset[] = ['open_interest', 'funding_rates'];

/** What an exchange tells and ccxt does not pass on: null in rows that came through it. */
const lost: Readonly<Record<VenueId, Partial<Record<DatasetName, readonly string[]>>>> = {
  binance: { funding_rates: ['interval_seconds'], instruments: ['funding_interval_seconds'] },
  bybit: { open_interest: ['ts_event'], instruments: ['funding_interval_seconds'] },
  hyperliquid: { funding_rates: ['interval_seconds'], instruments: ['funding_interval_seconds'] },
  backpack: { funding_rates: ['interval_seconds'], instruments: ['funding_interval_seconds'] },
};

function both(venues: Simulated, id: VenueId): { native: Venue; ccxt: Venue } {
  return { native: venues.venue(id), ccxt: ccxtVenue(id, [venues.simulator.urls[id]], venues.clock) };
}

/** Rows in a fixed order, without the time of receipt and without what gets lost. */
function comparable(dataset: DatasetName, rows: readonly object[], without: readonly string[] = []) {
  const plain = rows.map((row) => ({ ...rowJson(dataset, row), ts_recv: null }));
  for (const row of plain) Object.assign(row, Object.fromEntries(without.map((name) => [name, null])));
  return plain.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey(row: object): string {
  const { symbol, ts_event } = row as { symbol: string; ts_event: string };
  return `${symbol} ${ts_event}`;
}

describe.each(venueIds)('%s through ccxt', (id) => {
  test.each(datasets)('the present %s of all symbols is what the native adapter stores', async (dataset) => {
    const venues = await simulated({ symbols: 60 });
    const { native, ccxt } = both(venues, id);
    const options = { symbols: 'all', scheduled: start, signal } as const;
    const own = await takeSnapshot(native, dataset, options);
    const other = await takeSnapshot(ccxt, dataset, options);
    expect(other).toMatchObject({ failures: [], rejected: [], notices: [] });
    expect(own.rows.length).toBeGreaterThan(5);
    expect(comparable(dataset, other.rows)).toEqual(comparable(dataset, own.rows, lost[id][dataset]));
  });

  test('the instruments are the same, as far as ccxt describes them', async () => {
    const venues = await simulated({ symbols: 60 });
    const { native, ccxt } = both(venues, id);
    // Hyperliquid's builder markets are not asked for.
    const main = (await listInstruments(native, [], signal)).instruments;
    const { instruments, rejected } = await listInstruments(ccxt, null, signal);
    expect(rejected).toEqual([]);
    const without = [...(lost[id].instruments ?? []), 'status', 'listed_time', 'expiry_time', 'price_tick'];
    expect(comparable('instruments', instruments, without)).toEqual(comparable('instruments', main, without));
    const trading = (rows: typeof main) => rows.filter((row) => row.status === 'trading').map((row) => row.symbol);
    expect(trading(instruments).sort()).toEqual(trading(main).sort());
  });

  test('the history of funding is complete', async () => {
    const venues = await simulated({ symbols: 12 });
    const { native, ccxt } = both(venues, id);
    const days = id === 'hyperliquid' || id === 'backpack' ? 30 : 120;
    const request = {
      symbols: ['BTC-USDT-PERP'],
      from: start - days * day,
      to: start - hour,
      periodSeconds: 3600,
      now: start,
      signal,
      keeper: null,
    };
    const own = await fetchHistory(native, 'funding_rates', request);
    const other = await fetchHistory(ccxt, 'funding_rates', request);
    expect(other).toMatchObject({ failures: [], rejected: [] });
    expect(own.rows.length).toBeGreaterThan(300);
    // Binance states the mark price of each settlement; ccxt does not pass it on.
    const without = id === 'binance' ? ['mark_price'] : [];
    expect(comparable('funding_rates', other.rows)).toEqual(comparable('funding_rates', own.rows, without));
  });
});

test.each(['binance', 'bybit'] as const)('%s through ccxt: the history of open interest is complete', async (id) => {
  const venues = await simulated({ symbols: 12 });
  const { native, ccxt } = both(venues, id);
  const request = {
    symbols: ['BTC-USDT-PERP'],
    from: start - 29 * day,
    to: start,
    periodSeconds: 3600,
    now: start,
    signal,
    keeper: null,
  };
  const own = await fetchHistory(native, 'open_interest', request);
  const other = await fetchHistory(ccxt, 'open_interest', request);
  expect(other).toMatchObject({ failures: [], rejected: [] });
  expect(own.rows.length).toBe(29 * 24);
  expect(comparable('open_interest', other.rows)).toEqual(comparable('open_interest', own.rows));
});

test('Bybit without the single side: half of both', async () => {
  const venues = await simulated({ symbols: 12, bybit: { singleOpenInterest: false } });
  const { native, ccxt } = both(venues, 'bybit');
  const options = { symbols: ['BTC-USDT-PERP'], scheduled: null, signal };
  const own = await takeSnapshot(native, 'open_interest', options);
  const other = await takeSnapshot(ccxt, 'open_interest', options);
  expect(other.rows.map((row) => row.open_interest)).toEqual(own.rows.map((row) => row.open_interest));
});

test('what ccxt can not reach back to is said, and what came is kept', async () => {
  const venues = await simulated({ symbols: 12 });
  const { ccxt } = both(venues, 'backpack');
  const request = {
    symbols: ['BTC-USDC-PERP'],
    from: start - 100 * day,
    to: start,
    periodSeconds: 3600,
    now: start,
    signal,
    keeper: null,
  };
  const { rows, failures } = await fetchHistory(ccxt, 'funding_rates', request);
  expect(rows.length).toBe(999);
  expect(failures).toEqual([
    expect.objectContaining({ kind: 'not_offered', message: expect.stringContaining('before 2026-09-03T') }),
  ]);
});

test.each(['hyperliquid', 'backpack'] as const)(
  '%s: ccxt has no history of open interest, whatever it claims',
  async (id) => {
    const { venue, simulator, clock } = await simulated({ symbols: 12 });
    expect(venue(id).id).toBe(id);
    const request = {
      symbols: ['BTC-USDC-PERP'],
      from: start - day,
      to: start,
      periodSeconds: 3600,
      now: start,
      signal,
      keeper: null,
    };
    const { rows, failures } = await fetchHistory(ccxtVenue(id, [simulator.urls[id]], clock), 'open_interest', request);
    expect(rows).toEqual([]);
    expect(failures).toEqual([expect.objectContaining({ kind: 'not_offered' })]);
    expect(simulator.requests(id)).toEqual([]);
  },
);
