import { fetchHistory, HistoryKeeper, type HistoryRequest } from '@feedlake/collector';
import type { PolledDataset } from '@feedlake/exchanges';
import { Lake, openStore } from '@feedlake/lake';
import { day, hour, minute } from '@feedlake/schema';
import type { VenueId } from '@feedlake/simulator';
import { expect, test } from 'vitest';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { dataRequests, type Simulated, simulated, start } from '../../support/simulated.ts';

type Asked = Partial<HistoryRequest> & { from: number; dataset?: PolledDataset };

async function fetch(
  { venue, clock, simulator }: Simulated,
  id: VenueId,
  { dataset = 'open_interest', ...asked }: Asked,
) {
  simulator.forgetRequests();
  const result = await fetchHistory(venue(id, { retries: 0 }), dataset, {
    symbols: ['BTC-USDT-PERP'],
    to: clock.now(),
    periodSeconds: 3600,
    now: clock.now(),
    signal: new AbortController().signal,
    keeper: null,
    ...asked,
  });
  return { ...result, requests: dataRequests(simulator, id) };
}

function keeper(): { keeper: HistoryKeeper; lake: Lake } {
  const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
  return { keeper: new HistoryKeeper(lake), lake };
}

test('what binance no longer keeps is a failure beside the rows that it has', async () => {
  const { rows, failures } = await fetch(await simulated(), 'binance', { from: start - 40 * day });
  expect(rows).toHaveLength(30 * 24);
  expect(failures).toEqual([
    {
      exchange: 'binance',
      symbol: 'BTC-USDT-PERP',
      kind: 'not_offered',
      message: expect.stringMatching(
        /binance keeps 30 days of open_interest: what lies before 2026-09-15T12:40Z can't be had .* Record it yourself/,
      ),
    },
  ]);
});

test('what binance drops while a long plan is worked off costs that alone, and is said', async () => {
  const venues = await simulated();
  await venues.clock.delay((2 * hour) / 1000);
  const planned = { from: start - 29.95 * day, to: start, now: start };
  const { rows, failures } = await fetch(venues, 'binance', { ...planned, clock: () => venues.clock.now() });
  expect(failures).toMatchObject([{ kind: 'not_offered', message: expect.stringContaining('2026-09-15T14:40Z') }]);
  expect(rows).toHaveLength(30 * 24 - 2);
});

test('a range that binance no longer keeps at all costs no request', async () => {
  const range = { from: start - 50 * day, to: start - 40 * day };
  const { rows, failures, requests } = await fetch(await simulated(), 'binance', range);
  expect(rows).toEqual([]);
  expect(failures).toHaveLength(1);
  expect(requests).toEqual([]);
});

test('what the lake has kept longer than binance is no failure', async () => {
  const venues = await simulated();
  const { keeper: kept } = keeper();
  await fetch(venues, 'binance', { from: start - 25 * day, keeper: kept });
  await venues.clock.delay((15 * day) / 1000);
  const later = await fetch(venues, 'binance', { from: start - 25 * day, keeper: kept });
  expect(later.failures).toEqual([]);
  expect(later.fetched).toBe(15 * 24);
  expect(await kept.rows('binance', 'open_interest', later.plan)).toHaveLength(40 * 24);
});

test('an instrument that was listed since then lacks nothing', async () => {
  const venues = await simulated();
  const page = await globalThis.fetch(`${venues.simulator.urls.binance}/fapi/v1/exchangeInfo`);
  const { symbols } = (await page.json()) as { symbols: { symbol: string; onboardDate: number; status: string }[] };
  const young = symbols.find(({ onboardDate }) => onboardDate * 1000 > start - 20 * day);
  const { rows, failures } = await fetch(venues, 'binance', {
    from: start - 40 * day,
    symbols: [young?.symbol ?? ''],
  });
  expect(failures).toEqual([]);
  expect(rows[0]?.ts_event).toBe(Math.ceil(((young?.onboardDate ?? 0) * 1000) / hour) * hour);
});

test.each(['hyperliquid', 'backpack'] as const)(
  '%s has no history of open interest: the way out is named',
  async (id) => {
    const { failures, requests } = await fetch(await simulated(), id, { from: start - day });
    expect(failures).toEqual([
      { exchange: id, symbol: null, kind: 'not_offered', message: expect.stringMatching(/no history.*Record it with/) },
    ]);
    expect(requests).toEqual([]);
  },
);

test('a bucket width that a venue lacks: those on offer are named', async () => {
  const { failures } = await fetch(await simulated(), 'bybit', { from: start - day, periodSeconds: 7200 });
  expect(failures[0]?.message).toBe(
    'no history of open_interest in steps of 2h; it comes in steps of 5m, 15m, 30m, 1h, 4h, 1d',
  );
});

test('a malformed row costs only itself, and is asked for again', async () => {
  const venues = await simulated();
  const { keeper: kept, lake } = keeper();
  const asked = { from: start - 3 * day, keeper: kept };
  await venues.simulator.faults.add({ kind: 'bad-row', match: 'openInterestHist', times: 1 });
  const first = await fetch(venues, 'binance', asked);
  expect(first.rejected).toEqual([expect.stringMatching(/open_interest of BTCUSDT: open_interest is /)]);
  expect(await collect(lake.scan('open_interest', { exchange: 'binance' }))).toHaveLength(3 * 24 - 1);
  const second = await fetch(venues, 'binance', asked);
  expect(second).toMatchObject({ fetched: 1, rejected: [], failures: [] });
  expect(await collect(lake.scan('open_interest', { exchange: 'binance' }))).toHaveLength(3 * 24);
  expect((await fetch(venues, 'binance', asked)).requests).toEqual([]);
});

test('what came before a failure is stored, and the rest fetched the next time', async () => {
  const venues = await simulated();
  const { keeper: kept, lake } = keeper();
  const asked = { from: start - 20 * day, keeper: kept };
  await venues.simulator.faults.add({ kind: '5xx', match: 'open-interest', after: 1 });
  const first = await fetch(venues, 'bybit', asked);
  expect(first.failures).toEqual([expect.objectContaining({ kind: 'maintenance', symbol: 'BTC-USDT-PERP' })]);
  expect(first.fetched).toBe(200);
  await venues.simulator.faults.clear();
  const second = await fetch(venues, 'bybit', asked);
  expect(second).toMatchObject({ fetched: 20 * 24 - 200, failures: [] });
  const times = (await collect(lake.scan('open_interest', { exchange: 'bybit' }))).map(({ ts_event }) => ts_event);
  expect(new Set(times).size).toBe(20 * 24);
  expect(times).toHaveLength(20 * 24);
});

test('a range that ends at a timestamp leaves out the row that stands there', async () => {
  const last = Math.floor(start / day) * day;
  for (const [id, dataset] of [
    ['bybit', 'open_interest'],
    ['binance', 'funding_rates'],
    ['hyperliquid', 'funding_rates'],
    ['backpack', 'funding_rates'],
  ] as const) {
    const { rows } = await fetch(await simulated(), id, { dataset, from: last - day, to: last });
    const times = rows.map((row) => Math.floor((row.ts_event ?? 0) / minute) * minute);
    expect(times[0]).toBe(last - day);
    expect(times.at(-1)).toBeLessThan(last);
    expect(times.length).toBe(dataset === 'open_interest' || id !== 'binance' ? 24 : 3);
  }
});
