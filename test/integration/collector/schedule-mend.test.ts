import { lackingSymbols, NativeVenue, SnapshotFailure } from '@feedlake/collector';
import { nativeAdapters } from '@feedlake/exchanges';
import { openStore } from '@feedlake/lake';
import type { Simulator } from '@feedlake/simulator';
import { type Clock, RestClient } from '@feedlake/transport';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collect } from '../../support/lake.ts';
import { hookedStore, job, recording, slot } from './schedule-fixture.ts';

const signal = new AbortController().signal;

/** Binance, with a word about each of its replies. */
function recordingVenue(simulator: Simulator, clock: Clock, onReply: () => void): { venue: NativeVenue } {
  const adapter = nativeAdapters.binance;
  if (adapter === undefined) throw new RangeError('binance');
  const { rest: rules } = adapter;
  const hosts = [simulator.urls.binance];
  const client = new RestClient({ exchange: 'binance', rules, hosts, concurrency: 8, clock, retries: 0, onReply });
  onTestFinished(() => client.close());
  return { venue: new NativeVenue('binance', adapter, client) };
}

describe('what a snapshot was taken without', () => {
  test('is asked for again, and nothing else: the gap is repaired', async () => {
    const { process, simulator, lake, clock } = await recording();
    await simulator.faults.add({ kind: 'reset', venue: 'binance', match: /symbol=(ETH|SOL)USDT$/ });
    const jobs = process();
    const first = await jobs.run(job('binance'), slot, signal);
    expect(first.failures).toHaveLength(2);
    expect(await lackingSymbols(lake, job('binance'), slot)).toEqual(
      expect.arrayContaining([
        { symbol: 'ETH-USDT-PERP', cause: 'disconnect' },
        { symbol: 'SOL-USDT-PERP', cause: 'disconnect' },
      ]),
    );
    await simulator.faults.clear();
    simulator.forgetRequests();
    await clock.advance(1000);

    // Whoever fires the slot again may be another process.
    const again = await process().mend(job('binance'), slot, signal);
    expect(again).toMatchObject({ outcome: 'stored', rows: 2, failures: [] });
    const asked = simulator.requests('binance').filter(({ path }) => path === '/fapi/v1/openInterest');
    expect(asked.map(({ query }) => query).sort()).toEqual(['symbol=ETHUSDT', 'symbol=SOLUSDT']);
    expect(await lackingSymbols(lake, job('binance'), slot)).toEqual([]);
    expect(await process().mend(job('binance'), slot, signal)).toBeNull();

    const rows = await collect(lake.scan('open_interest', { exchange: 'binance' }));
    expect(rows).toHaveLength(first.rows + 2);
    expect(new Set(rows.map(({ symbol }) => symbol)).size).toBe(rows.length);
    expect(rows.every(({ scheduled_time }) => scheduled_time === slot)).toBe(true);
    const repairs = (await collect(lake.scan('coverage', { exchange: 'binance' }))).filter(
      ({ repaired_by }) => repaired_by !== null,
    );
    expect(repairs.map(({ symbol, state }) => `${symbol} ${state}`).sort()).toEqual([
      'ETH-USDT-PERP covered',
      'SOL-USDT-PERP covered',
    ]);
  });

  test('is a gap still when it fails again, and can be mended later', async () => {
    const { process, simulator, lake, clock } = await recording();
    await simulator.faults.add({ kind: 'reset', venue: 'binance', match: /symbol=(ETH|SOL)USDT$/ });
    await process().run(job('binance'), slot, signal);
    await simulator.faults.clear();
    await simulator.faults.add({ kind: 'reset', venue: 'binance', match: /symbol=ETHUSDT$/ });
    await clock.advance(1000);
    expect(await process().mend(job('binance'), slot, signal)).toMatchObject({
      rows: 1,
      failures: [{ symbol: 'ETHUSDT' }],
    });
    expect(await lackingSymbols(lake, job('binance'), slot)).toMatchObject([{ symbol: 'ETH-USDT-PERP' }]);
    await simulator.faults.clear();
    await clock.advance(1000);
    expect(await process().mend(job('binance'), slot, signal)).toMatchObject({ rows: 1, failures: [] });
    expect(await lackingSymbols(lake, job('binance'), slot)).toEqual([]);
  });

  test('when the exchange is away: nothing more is said, and of all others the word stands', async () => {
    const { process, simulator, lake, clock, coverage } = await recording();
    await simulator.faults.add({ kind: 'reset', venue: 'binance', match: /symbol=ETHUSDT$/ });
    await process().run(job('binance'), slot, signal);
    const before = await coverage('binance');
    await simulator.faults.clear();
    await simulator.faults.add({ kind: 'reset', venue: 'binance' });
    await clock.advance(1000);
    await expect(process().mend(job('binance'), slot, signal)).rejects.toThrow(SnapshotFailure);
    expect(await coverage('binance')).toEqual(before);
    await simulator.faults.clear();
    await clock.advance(1000);
    expect(await process().mend(job('binance'), slot, signal)).toMatchObject({ rows: 1, failures: [] });
    expect(await lackingSymbols(lake, job('binance'), slot)).toEqual([]);
  });

  test('is not asked for again where that would not help', async () => {
    const { process, simulator } = await recording();
    await process().run(job('bybit', 'open_interest', ['BTC-USDT-PERP', 'NO-USDT-PERP']), slot, signal);
    simulator.forgetRequests();
    const again = await process().mend(job('bybit', 'open_interest', ['BTC-USDT-PERP', 'NO-USDT-PERP']), slot, signal);
    expect(again).toBeNull();
    expect(simulator.requests('bybit')).toEqual([]);
  });
});

describe('a snapshot that has only so much time', () => {
  test('stores what came until then; the rest is a gap, and can be mended', async () => {
    const { process, simulator, lake, clock } = await recording();
    await simulator.faults.add({ kind: 'slow', delayMs: 60_000, venue: 'binance', match: /symbol=ETHUSDT$/ });
    const deadline = new AbortController();
    let replies = 0;
    const { venue } = recordingVenue(simulator, clock, () => {
      if (++replies > 25) deadline.abort(new Error('the time is over'));
    });
    const report = await process(undefined, () => venue).run(job('binance'), slot, signal, deadline.signal);
    expect(report.outcome).toBe('stored');
    expect(report.rows).toBeGreaterThan(10);
    expect(report.failures.every(({ kind }) => kind === 'timeout')).toBe(true);
    expect(report.failures.map(({ symbol }) => symbol)).toContain('ETHUSDT');
    const lacking = await lackingSymbols(lake, job('binance'), slot);
    expect(lacking).toHaveLength(report.failures.length);
    await simulator.faults.clear();
    await clock.advance(1000);
    expect(await process().mend(job('binance'), slot, signal)).toMatchObject({ rows: lacking.length, failures: [] });
    const rows = await collect(lake.scan('open_interest', { exchange: 'binance' }));
    expect(new Set(rows.map(({ symbol }) => symbol)).size).toBe(rows.length);
    expect(rows).toHaveLength(report.rows + lacking.length);
  });
});

describe('a run that was broken off after its rows', () => {
  test('and an exchange that is away then: the slot is not done, and is asked for again', async () => {
    const { process, simulator, coverage, clock, folder } = await recording();
    const store = hookedStore(openStore(folder), {
      async create(key) {
        if (key.includes('/coverage/')) throw new Error('killed');
      },
    });
    await expect(process(store).run(job('bybit'), slot, signal)).rejects.toThrow('killed');
    await simulator.faults.add({ kind: 'reset', venue: 'bybit' });
    await clock.advance(1000);
    await expect(process().run(job('bybit'), slot, signal)).rejects.toThrow(SnapshotFailure);
    const said = await coverage('bybit');
    expect(said).toContain('12:30-12:35 gap all disconnect');
    expect(said).toContain('12:30-12:35 covered BTC-USDT-PERP 1');
    await simulator.faults.clear();
    await clock.advance(1000);
    expect(await process().run(job('bybit'), slot, signal)).toMatchObject({ outcome: 'stored', failures: [] });
    expect(await coverage('bybit')).toContainEqual(expect.stringMatching(/^12:30-12:35 covered all \d+$/));
  });
});
