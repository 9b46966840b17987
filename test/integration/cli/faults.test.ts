import { type FaultRule, type VenueId, venueIds } from '@feedlake/simulator';
import { describe, expect, test } from 'vitest';
import { workspace } from '../../support/cli.ts';

const exchangesOf = (ndjson: string) =>
  ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { exchange: VenueId }).exchange);

/** Times in messages: 2026-10-15T12:34:56Z. */
const utc = '20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ';

const seen: readonly (readonly [FaultRule['kind'], Partial<FaultRule>, RegExp])[] = [
  ['429', {}, new RegExp(`rate limited until ${utc}: .*\\[rate_limited\\]`)],
  ['429-retry-after', { seconds: 300 }, new RegExp(`rate limited until ${utc}: .*\\[rate_limited\\]`)],
  ['418', {}, new RegExp(`ban+ed until ${utc}.*\\[banned\\]|\\[rate_limited\\]`)],
  ['451', {}, /restricted location.*\[geo_blocked\]/],
  ['403-html', {}, /(403|block).*\[geo_blocked\]/],
  ['5xx', {}, /\[maintenance\]/],
  ['slow', { delayMs: 10_000 }, /no whole reply within 200 ms.*\[timeout\]/],
  ['truncated', {}, /the reply is no valid JSON.*\[malformed\]/],
  ['200-html', {}, /a web page instead of data: Just a moment.*\[malformed\]/],
  ['cut', {}, /connection.*\[network\]/],
  ['reset', {}, /connection.*\[network\]/],
  ['refuse', {}, /refused.*\[network\]/],
];

describe.each(venueIds)('%s fails', (id) => {
  test.each(seen)('by %s: the others come, and why it did not is said', async (kind, more, message) => {
    const quick = { rest: { timeout: '200ms' } };
    const { feedlake, simulator } = await workspace({ symbols: 12 }, { [id]: quick });
    await simulator.faults.add({ kind, venue: id, ...more });
    const { code, stdout, stderr } = await feedlake(['fetch-oi', 'BTC-USDT-PERP', '--format', 'ndjson', '--quiet']);
    expect(code).toBe(3);
    expect(exchangesOf(stdout)).toEqual(venueIds.filter((other) => other !== id));
    const [about, ...more_] = stderr.split('\n').filter((line) => line.startsWith(`${id}: `));
    expect(about).toMatch(message);
    expect(more_).toEqual([]);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

test('one exchange down costs the lake nothing of the others', async () => {
  const { feedlake, simulator, objects } = await workspace();
  await simulator.faults.add({ kind: 'refuse', venue: 'backpack' });
  const { code } = await feedlake(['fetch-funding', 'all', '--store']);
  expect(code).toBe(3);
  expect((await objects()).map(({ exchange }) => exchange)).toEqual(['binance', 'bybit', 'hyperliquid']);
});

test('all exchanges down: nothing worked', async () => {
  const { feedlake, simulator, objects } = await workspace();
  for (const venue of venueIds) await simulator.faults.add({ kind: '5xx', venue });
  for (const args of [['fetch-oi', 'all', '--store'], ['fetch-funding', 'BTC-USDT-PERP'], ['symbols']]) {
    const { code, stdout, stderr } = await feedlake([...args, '--format', 'ndjson']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const id of venueIds) expect(stderr).toMatch(new RegExp(`^${id}: .*\\[maintenance\\]$`, 'm'));
  }
  expect(await objects()).toEqual([]);
});

test('a malformed row: its neighbours are stored, its reason is said, and it is no zero', async () => {
  const { feedlake, simulator, lake } = await workspace({ venues: ['bybit'] });
  await simulator.faults.add({ kind: 'bad-row', venue: 'bybit' });
  const { code, stdout, stderr } = await feedlake(['fetch-oi', 'all', '--store', '--format', 'ndjson']);
  expect(code).toBe(3);
  expect(stderr).toMatch(/^bybit: rejected: open_interest of \S+: open_interest is/m);
  const told = simulator.truth.records({ venue: 'bybit', dataset: 'open_interest' });
  expect(exchangesOf(stdout)).toHaveLength(told.length);
  for await (const row of lake.scan('open_interest', { exchange: 'bybit' }))
    expect(Number(row.open_interest)).toBeGreaterThan(0);
});

test('instruments that can not be listed: that is said, and not that there is no such symbol', async () => {
  const { feedlake, simulator } = await workspace({ venues: ['hyperliquid'] });
  await simulator.faults.add({ kind: '200-html', venue: 'hyperliquid', match: '"meta"' });
  const unified = await feedlake(['fetch-oi', 'BTC-USDC-PERP']);
  expect(unified.code).toBe(1);
  expect(unified.stderr).toMatch(/^hyperliquid: a web page instead of data/m);
  expect(unified.stderr).not.toMatch(/not listed/);
  const own = await feedlake(['fetch-oi', 'BTC']);
  expect(own.code).toBe(0);
  expect(own.stdout).toMatch(/^hyperliquid +BTC-USDC-PERP/m);
  expect(own.stderr).toMatch(/instruments can't be listed \(a web page.*taking the names as they are/);
});

test('many symbols that fail alike are one line', async () => {
  const { feedlake, simulator } = await workspace({ venues: ['binance'] });
  await simulator.faults.add({ kind: '200-html', match: '/fapi/v1/openInterest' });
  const { code, stderr } = await feedlake(['fetch-oi', 'all', '--quiet']);
  expect(code).toBe(1);
  expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
  expect(stderr).toMatch(/^binance \d+ symbols: /m);
});
