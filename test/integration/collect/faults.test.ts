import { takeSnapshot } from '@feedlake/collector';
import { type FaultRule, type VenueId, venueIds } from '@feedlake/simulator';
import type { RestClientOptions } from '@feedlake/transport';
import { describe, expect, test } from 'vitest';
import { simulated, start } from '../../support/simulated.ts';

const signal = new AbortController().signal;
/** The one request that brings the funding rates of all symbols. */
const bulk: Readonly<Record<VenueId, string>> = {
  binance: 'premiumIndex',
  bybit: 'tickers',
  hyperliquid: 'metaAndAssetCtxs',
  backpack: 'markPrices',
};

async function withFault(id: VenueId, rule: Omit<FaultRule, 'match'>, options: Partial<RestClientOptions> = {}) {
  const { simulator, venue, clock } = await simulated();
  await simulator.faults.add({ venue: id, match: bulk[id], ...rule });
  const snapshot = await takeSnapshot(venue(id, options), 'funding_rates', { symbols: 'all', scheduled: null, signal });
  const told = simulator.truth.records({ venue: id, dataset: 'funding_rates', kind: 'running' });
  return { ...snapshot, told: told.length, waited: clock.now() - start };
}

describe.each(venueIds)('%s', (id) => {
  test.each([
    [{ kind: '429' }, 1_000_000],
    [{ kind: '429-retry-after', seconds: 20 }, 20_000_000],
    [{ kind: '5xx' }, 1],
    [{ kind: '5xx', status: 502 }, 1],
    [{ kind: 'truncated' }, 1],
    [{ kind: 'cut' }, 1],
    [{ kind: '200-html' }, 1],
    [{ kind: 'reset' }, 1],
  ] as const)('%j once: everything comes, after a pause', async (rule, pause) => {
    const { rows, failures, told, waited } = await withFault(id, { times: 1, ...rule });
    expect(failures).toEqual([]);
    expect(rows.length).toBe(told);
    expect(rows.length).toBeGreaterThan(0);
    expect(waited).toBeGreaterThanOrEqual(pause);
  });

  test.each([
    [{ kind: '429' }, 'rate_limited', /rate limited until .*tried 3 times/],
    [{ kind: '429-retry-after', seconds: 600 }, 'rate_limited', /rate limited until 2026-10-15T12:44:56Z/],
    [{ kind: '451' }, 'geo_blocked', /restricted location/],
    [{ kind: '403-html' }, 'geo_blocked', /403|block/],
    [{ kind: '5xx' }, 'maintenance', /tried 3 times/],
    [{ kind: 'truncated' }, 'malformed', /the reply is no valid JSON/],
    [{ kind: '200-html' }, 'malformed', /a web page instead of data: Just a moment/],
    [{ kind: 'reset' }, 'network', /connection/],
  ] as const)('%j for good: no rows, and the reason', async (rule, kind, message) => {
    const { rows, failures } = await withFault(id, rule, { retries: 2 });
    expect(rows).toEqual([]);
    expect(failures).toEqual([{ exchange: id, symbol: null, kind, message: expect.stringMatching(message) }]);
  });

  test('a reply that comes too late is a timeout, and asked for again', async () => {
    const late = { kind: 'slow', delayMs: 5000 } as const;
    const again = await withFault(id, { ...late, times: 1 }, { timeoutMs: 150 });
    expect(again.failures).toEqual([]);
    expect(again.rows.length).toBe(again.told);
    const never = await withFault(id, late, { timeoutMs: 50, retries: 1 });
    expect(never.failures).toEqual([expect.objectContaining({ kind: 'timeout' })]);
  });

  test('a malformed row costs only itself', async () => {
    const { rows, failures, rejected, told } = await withFault(id, { kind: 'bad-row' });
    expect(failures).toEqual([]);
    expect(rejected).toEqual([expect.stringMatching(/^funding_rates of \S+: rate is/)]);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBe(told);
  });
});

test('connections that are refused', async () => {
  const { simulator, venue } = await simulated();
  await simulator.faults.add({ kind: 'refuse', venue: 'bybit' });
  const options = { symbols: 'all', scheduled: null, signal } as const;
  const { rows, failures } = await takeSnapshot(venue('bybit', { retries: 1 }), 'open_interest', options);
  expect(rows).toEqual([]);
  expect(failures).toEqual([expect.objectContaining({ kind: 'network', message: expect.stringMatching(/refused/) })]);
});

test('bybit: a limit that is told in the body is waited for', async () => {
  const { rows, failures, told, waited } = await withFault('bybit', { kind: 'account-limit', seconds: 3, times: 1 });
  expect(failures).toEqual([]);
  expect(rows.length).toBe(told);
  expect(waited).toBeGreaterThanOrEqual(2_000_000);
});

test('binance: of a sweep, what one symbol lacks is its own failure', async () => {
  const { simulator, venue } = await simulated();
  await simulator.faults.add({ kind: '451', venue: 'binance', match: 'openInterest?symbol=ETHUSDT', times: 1 });
  const options = { symbols: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], scheduled: null, signal };
  const { rows, failures } = await takeSnapshot(venue('binance'), 'open_interest', options);
  expect(rows.map(({ venue_symbol }) => venue_symbol).sort()).toEqual(['BTCUSDT', 'SOLUSDT']);
  expect(failures).toEqual([expect.objectContaining({ symbol: 'ETHUSDT', kind: 'geo_blocked' })]);
});

test('a malformed row of something that nobody asked for is no matter', async () => {
  const { simulator, venue } = await simulated();
  await simulator.faults.add({ kind: 'bad-row', venue: 'bybit', match: 'tickers' });
  const options = { symbols: ['BTCUSDT', 'ETHUSDT'], scheduled: null, signal };
  const { rows, failures, rejected } = await takeSnapshot(venue('bybit'), 'open_interest', options);
  expect(rows).toHaveLength(2);
  expect([...failures, ...rejected]).toEqual([]);
});

test.each(['bybit', 'hyperliquid', 'backpack'] as const)(
  '%s: an open interest of "" is rejected, not zero',
  async (id) => {
    const { simulator, venue } = await simulated();
    await simulator.faults.add({ kind: 'bad-row', venue: id });
    const options = { symbols: 'all', scheduled: null, signal } as const;
    const { rows, rejected } = await takeSnapshot(venue(id), 'open_interest', options);
    expect(rejected).toEqual([expect.stringMatching(/^open_interest of \S+: open_interest is/)]);
    const told = simulator.truth.records({ venue: id, dataset: 'open_interest', kind: 'current' });
    expect(rows.map(({ venue_symbol }) => venue_symbol)).toEqual(told.map(({ symbol }) => symbol));
  },
);

test('binance: a ban that ends soon is waited for, a long one ends the work', async () => {
  const short = await withFault('binance', { kind: '418', seconds: 20, times: 1 });
  expect(short.failures).toEqual([]);
  expect(short.rows.length).toBe(short.told);
  expect(short.waited).toBeGreaterThanOrEqual(20_000_000);
  const { rows, failures, waited } = await withFault('binance', { kind: '418' });
  expect(rows).toEqual([]);
  const message = expect.stringMatching(/banned until 2026-10-15T12:36:56Z/);
  expect(failures).toEqual([{ exchange: 'binance', symbol: null, kind: 'banned', message }]);
  expect(waited).toBe(0);
});

test.each([
  ['binance', 'fundingInfo'],
  ['backpack', '/api/v1/markets'],
] as const)(
  '%s: without %s the rates come all the same, their intervals unknown, and it is said',
  async (id, match) => {
    const { simulator, venue } = await simulated();
    await simulator.faults.add({ venue: id, match, kind: '5xx' });
    const options = { symbols: 'all', scheduled: null, signal } as const;
    const { rows, rejected } = await takeSnapshot(venue(id, { retries: 0 }), 'funding_rates', options);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.interval_seconds === null)).toBe(true);
    expect(rejected).toEqual([expect.stringContaining(match)]);
  },
);
