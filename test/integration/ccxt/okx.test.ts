import { fetchHistory, HistoryKeeper, listInstruments, takeSnapshot } from '@feedlake/collector';
import { Lake, openStore } from '@feedlake/lake';
import { day } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { ccxtVenue } from '../../support/ccxt.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { okxRate, startOkx } from '../../support/okx.ts';

const signal = new AbortController().signal;
const now = Date.UTC(2026, 9, 15, 12, 34, 56) * 1000;
const nextFunding = Date.UTC(2026, 9, 15, 16) * 1000;

const start = (settlements = 10) => startOkx({ now: now / 1000, settlements });

test('instruments: perpetuals and futures, contract sizes in base units', async () => {
  await using okx = await start();
  const { instruments, rejected } = await listInstruments(
    ccxtVenue('okx', [okx.url], new FakeClock(now)),
    null,
    signal,
  );
  expect(rejected).toEqual([]);
  expect(
    instruments.map((one) => [one.symbol, one.venue_symbol, one.contract_size, one.size_step, one.status]),
  ).toEqual(
    [
      ['BTC-USDT-PERP', 'BTC-USDT-SWAP', '0.01', '0.001', 'trading'],
      ['DOGE-USDT-PERP', 'DOGE-USDT-SWAP', '1000', '1000', 'trading'],
      ['BTC-USD-PERP', 'BTC-USD-SWAP', null, null, 'trading'],
      ['OLD-USDT-PERP', 'OLD-USDT-SWAP', '1', '1', 'inactive'],
      ['BTC-USDT-20261225', 'BTC-USDT-261225', '0.01', '0.01', 'trading'],
    ].toSorted((a, b) => order(instruments, a) - order(instruments, b)),
  );
  expect(new Set(okx.seen.map((path) => path.split('?')[0]))).toEqual(new Set(['/api/v5/public/instruments']));
});

function order(instruments: readonly { symbol: string }[], [symbol]: readonly (string | null)[]): number {
  return instruments.findIndex((one) => one.symbol === symbol);
}

test('open interest of everything: two calls, base units, dollars only where they are the quote', async () => {
  await using okx = await start();
  const { rows, failures, rejected } = await takeSnapshot(
    ccxtVenue('okx', [okx.url], new FakeClock(now)),
    'open_interest',
    { symbols: 'all', scheduled: now, signal },
  );
  expect({ failures, rejected }).toEqual({ failures: [], rejected: [] });
  const found = rows.map((row) => [row.symbol, row.open_interest, row.open_interest_value, row.value_basis]);
  expect(found.sort()).toEqual([
    ['BTC-USD-PERP', '4100.25', '410000000', 'reported'],
    ['BTC-USDT-20261225', '512', null, null],
    ['BTC-USDT-PERP', '31207.504', null, null],
    ['DOGE-USDT-PERP', '812345000', null, null],
  ]);
  expect(rows.every((row) => row.ts_event === now && row.source === 'rest' && row.exchange === 'okx')).toBe(true);
  const asked = okx.seen.filter((path) => path.startsWith('/api/v5/public/open-interest'));
  expect(asked.sort()).toEqual([
    '/api/v5/public/open-interest?instType=FUTURES',
    '/api/v5/public/open-interest?instType=SWAP',
    '/api/v5/public/open-interest?instType=SWAP',
  ]);
});

test('funding: the running rate with all digits, its time and the stated interval; none of a future', async () => {
  await using okx = await start();
  const { rows, failures } = await takeSnapshot(ccxtVenue('okx', [okx.url], new FakeClock(now)), 'funding_rates', {
    symbols: ['BTC-USDT-PERP', 'BTC/USD:BTC', 'BTC-USDT-20261225'],
    scheduled: null,
    signal,
  });
  expect(failures).toEqual([]);
  expect(rows.map((row) => row.symbol).sort()).toEqual(['BTC-USD-PERP', 'BTC-USDT-PERP']);
  expect(rows[0]).toMatchObject({
    kind: 'running',
    rate: '0.0000123456789012345',
    funding_time: nextFunding,
    interval_seconds: 28_800,
    mark_price: null,
  });
});

test('history: newest first, a hundred a page; what the lake has is not asked for again', async () => {
  await using okx = await start(1000);
  const venue = ccxtVenue('okx', [okx.url], new FakeClock(now));
  const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
  const request = {
    symbols: ['BTC-USDT-PERP'],
    from: now - 60 * day,
    to: now,
    periodSeconds: 1800,
    now,
    signal,
    keeper: new HistoryKeeper(lake),
  };
  const first = await fetchHistory(venue, 'funding_rates', request);
  expect(first).toMatchObject({ fetched: 180, failures: [], rejected: [] });
  const rows = await collect(lake.scan('funding_rates', { exchange: 'okx' }));
  expect(new Set(rows.map((row) => row.funding_time)).size).toBe(180);
  for (const row of rows) expect(row.rate).toBe(okxRate((row.funding_time ?? 0) / 1000));

  const asked = () => okx.seen.filter((path) => path.includes('funding-rate-history')).length;
  const before = asked();
  expect(before).toBeLessThan(10);
  const again = await fetchHistory(venue, 'funding_rates', request);
  expect(again).toMatchObject({ fetched: 0, failures: [] });
  expect(asked() - before).toBeLessThanOrEqual(1);
});

test('its history of open interest is that of a whole currency: not taken', async () => {
  await using okx = await start();
  const { rows, failures } = await fetchHistory(ccxtVenue('okx', [okx.url], new FakeClock(now)), 'open_interest', {
    symbols: ['BTC-USDT-PERP'],
    from: now - day,
    to: now,
    periodSeconds: 1800,
    now,
    signal,
    keeper: null,
  });
  expect(rows).toEqual([]);
  expect(failures).toEqual([
    expect.objectContaining({ kind: 'not_offered', message: expect.stringContaining('all contracts of a currency') }),
  ]);
});

test('a symbol that is not listed is named, the others come', async () => {
  await using okx = await start();
  const { rows, failures } = await takeSnapshot(ccxtVenue('okx', [okx.url], new FakeClock(now)), 'open_interest', {
    symbols: ['NOPE-USDT-PERP', 'BTC-USDT-PERP'],
    scheduled: null,
    signal,
  });
  expect(rows.length).toBe(1);
  expect(failures).toEqual([expect.objectContaining({ symbol: 'NOPE-USDT-PERP', kind: 'bad_symbol' })]);
});
