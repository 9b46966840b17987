import { listInstruments, takeSnapshot } from '@feedlake/collector';
import type { FaultKind, VenueId } from '@feedlake/simulator';
import { VenueError } from '@feedlake/transport';
import { describe, expect, test } from 'vitest';
import { type CcxtVenueSettings, ccxtVenue } from '../../support/ccxt.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { simulated } from '../../support/simulated.ts';
import { json, page, startVenue } from '../../support/venue.ts';

const { signal } = new AbortController();
const btc = { symbols: ['BTC-USDT-PERP'], scheduled: null, signal };

/** An exchange whose instruments are listed already, so that a fault hits the data alone. */
async function listed(id: VenueId, settings: CcxtVenueSettings = { retries: 0 }) {
  const { simulator, clock } = await simulated({ symbols: 12 });
  const venue = ccxtVenue(id, [simulator.urls[id]], clock, settings);
  await listInstruments(venue, null, signal);
  simulator.forgetRequests();
  return { simulator, venue, clock };
}

describe.each(['binance', 'bybit', 'hyperliquid', 'backpack'] as const)('%s', (id) => {
  test.each<[FaultKind, string]>([
    ['429', 'rate_limited'],
    ['418', 'banned'],
    ['451', 'geo_blocked'],
    ['403-html', 'geo_blocked'],
    ['5xx', 'maintenance'],
    ['200-html', 'malformed'],
    ['truncated', 'malformed'],
    ['reset', 'network'],
  ])('%s is %s', async (kind, expected) => {
    const { simulator, venue } = await listed(id);
    await simulator.faults.add({ kind, venue: id });
    const { rows, failures } = await takeSnapshot(venue, 'funding_rates', btc);
    expect(rows).toEqual([]);
    expect(failures.map((failure) => failure.kind)).toEqual([expected]);
    expect(failures[0]?.message).not.toMatch(/\n/);
  });
});

test('a limit in the body of a good reply is waited for, by our clock', async () => {
  const { simulator, venue, clock } = await listed('bybit', { retries: 2 });
  await simulator.faults.add({ kind: 'account-limit', venue: 'bybit', times: 1 });
  const { rows, failures } = await takeSnapshot(venue, 'funding_rates', btc);
  expect({ rows: rows.length, failures }).toEqual({ rows: 1, failures: [] });
  expect(simulator.requests('bybit').length).toBe(2);
  expect(clock.waits.length).toBeGreaterThan(0);
});

test.each(['', null])('a row whose value is %j is turned down, the others come', async (value) => {
  const { simulator, venue } = await listed('hyperliquid');
  const all = { ...btc, symbols: 'all' } as const;
  const whole = await takeSnapshot(venue, 'open_interest', all);
  await simulator.faults.add({ kind: 'bad-row', venue: 'hyperliquid', value, times: 1 });
  const { rows, rejected, failures } = await takeSnapshot(venue, 'open_interest', all);
  expect(failures).toEqual([]);
  expect(rejected).toEqual([expect.stringMatching(/^open_interest of \w+: open_interest is missing$/)]);
  expect(rows.length).toBe(whole.rows.length - 1);
});

test('the next host is tried where the first does not answer', async () => {
  const { simulator, clock } = await simulated({ symbols: 12 });
  const venue = ccxtVenue('backpack', ['http://127.0.0.1:1', simulator.urls.backpack], clock);
  const { rows, failures } = await takeSnapshot(venue, 'open_interest', { ...btc, symbols: ['BTC-USDC-PERP'] });
  expect({ rows: rows.length, failures }).toEqual({ rows: 1, failures: [] });
});

test('an error of the exchange comes in its own words, from whichever status', async () => {
  await using gate = await startVenue((response) =>
    json(response, { label: 'CONTRACT_NOT_FOUND', message: 'gone' }, 400),
  );
  const error = await listInstruments(ccxtVenue('gate', [gate.url], new FakeClock()), null, signal).catch((e) => e);
  expect(error).toBeInstanceOf(VenueError);
  expect(error).toMatchObject({ kind: 'bad_symbol', status: 400, message: 'gate: gone' });
});

test('a list that failed is read again, not remembered', async () => {
  let count = 0;
  await using okx = await startVenue((response) => {
    if (count++ < 2) page(response, 'Service unavailable', 503);
    else json(response, { code: '0', data: [] });
  });
  const venue = ccxtVenue('okx', [okx.url], new FakeClock(), { retries: 0 });
  await expect(listInstruments(venue, null, signal)).rejects.toMatchObject({ kind: 'maintenance' });
  await expect(listInstruments(venue, null, signal)).rejects.toMatchObject({ kind: 'malformed' });
  expect(okx.seen.length).toBeGreaterThan(2);
});

test('a reply that ccxt stumbles over is malformed, and the program goes on', async () => {
  await using gate = await startVenue((response) => json(response, [{ unexpected: true }]));
  const venue = ccxtVenue('gate', [gate.url], new FakeClock(), { retries: 0 });
  await expect(listInstruments(venue, null, signal)).rejects.toMatchObject({ kind: 'malformed' });
});

test('an abort ends it with its own reason', async () => {
  const stop = new AbortController();
  await using okx = await startVenue(() => stop.abort(new Error('enough')));
  const venue = ccxtVenue('okx', [okx.url], new FakeClock());
  await expect(listInstruments(venue, null, stop.signal)).rejects.toThrow('enough');
  await expect(takeSnapshot(venue, 'open_interest', { ...btc, signal: stop.signal })).rejects.toThrow('enough');
});
