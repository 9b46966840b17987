import { fetchHistory, listInstruments, takeSnapshot } from '@feedlake/collector';
import { day, multiply } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { ccxtVenue } from '../../support/ccxt.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { gateContracts, startGate } from '../../support/gate.ts';

const signal = new AbortController().signal;
const now = Date.UTC(2026, 9, 15, 12, 34, 56) * 1000;
const start = (buckets = 24) => startGate({ now: now / 1e6, buckets });

function history(symbol: string, days: number) {
  return { symbols: [symbol], from: now - days * day, to: now, periodSeconds: 3600, now, signal, keeper: null };
}

test('instruments and running funding, linear and inverse', async () => {
  await using gate = await start();
  const venue = ccxtVenue('gate', [gate.url], new FakeClock(now));
  const { instruments } = await listInstruments(venue, null, signal);
  expect(instruments.map((one) => [one.symbol, one.venue_symbol, one.settle, one.contract_size])).toEqual([
    ['BTC-USDT-PERP', 'BTC_USDT', 'USDT', '0.0001'],
    ['BTC-USD-PERP', 'BTC_USD', 'BTC', null],
  ]);
  const { rows, failures } = await takeSnapshot(venue, 'funding_rates', { symbols: 'all', scheduled: null, signal });
  expect(failures).toEqual([]);
  expect(rows.map((row) => row.symbol).sort()).toEqual(['BTC-USD-PERP', 'BTC-USDT-PERP']);
  expect(rows[0]).toMatchObject({
    kind: 'running',
    rate: '0.0000734',
    funding_time: Date.UTC(2026, 9, 15, 16) * 1000,
    interval_seconds: 28_800,
    mark_price: '60000.5',
    index_price: '60001.25',
  });
});

test('no present open interest through ccxt: said, with the way out, and nothing is asked for it', async () => {
  await using gate = await start();
  const { rows, failures } = await takeSnapshot(ccxtVenue('gate', [gate.url], new FakeClock(now)), 'open_interest', {
    symbols: ['BTC-USDT-PERP'],
    scheduled: null,
    signal,
  });
  expect(rows).toEqual([]);
  expect(failures).toEqual([
    {
      exchange: 'gate',
      symbol: null,
      kind: 'not_offered',
      message: expect.stringMatching(/^Gate offers no present open interest through ccxt; its history can be had/),
    },
  ]);
  expect(gate.seen).toEqual([]);
});

test('its history: contracts become base units with all digits, page after page', async () => {
  await using gate = await start(1000);
  const { rows, failures, rejected } = await fetchHistory(
    ccxtVenue('gate', [gate.url], new FakeClock(now)),
    'open_interest',
    history('BTC-USDT-PERP', 30),
  );
  expect({ failures, rejected }).toEqual({ failures: [], rejected: [] });
  expect(rows.length).toBe(30 * 24);
  for (const row of rows) {
    expect(row.open_interest).toBe(multiply(gateContracts((row.ts_event ?? 0) / 1e6), '0.0001'));
  }
  expect(rows[0]).toMatchObject({ period_seconds: 3600, mark_price: '60000.5', value_basis: 'mark' });
  expect(rows[0]?.open_interest_value).toBe(multiply(rows[0]?.open_interest ?? '', '60000.5'));
  expect(gate.seen.filter((path) => path.includes('contract_stats')).length).toBeLessThan(12);
});

test('an inverse contract: dollars through the mark price of each bucket', async () => {
  await using gate = await start(24);
  const { rows } = await fetchHistory(
    ccxtVenue('gate', [gate.url], new FakeClock(now)),
    'open_interest',
    history('BTC-USD-PERP', 0.5),
  );
  expect(rows.length).toBe(12);
  const [first] = rows;
  const contracts = gateContracts((first?.ts_event ?? 0) / 1e6);
  expect(first?.open_interest_value).toBe(contracts);
  expect(first?.value_basis).toBe('reported');
  expect(Number(first?.open_interest)).toBeCloseTo(Number(contracts) / 60000.5, -2);
});

test('settled funding', async () => {
  await using gate = await start(2000);
  const { rows, failures } = await fetchHistory(
    ccxtVenue('gate', [gate.url], new FakeClock(now)),
    'funding_rates',
    history('BTC-USDT-PERP', 60),
  );
  expect(failures).toEqual([]);
  expect(rows.length).toBe(180);
  expect(rows[0]).toMatchObject({ kind: 'settled', rate: '0.000123' });
  expect(rows[0]?.interval_seconds ?? null).toBeNull();
});
