import { fetchHistory, HistoryKeeper, readCoverage, resolveCoverage } from '@feedlake/collector';
import { Lake, openStore } from '@feedlake/lake';
import { day, hour, minute } from '@feedlake/schema';
import { describe, expect, test } from 'vitest';
import { compactAll } from '../../support/compaction.ts';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { simulated, start as simulatedStart } from '../../support/simulated.ts';
import { hookedStore, job, recording, slot } from './schedule-fixture.ts';

const signal = new AbortController().signal;

/** Compacts every date of a lake until a time, a day later. */
function compactUntil(folder: string, now: number) {
  return compactAll(openStore(folder), { now: now + 2 * day });
}

describe('after compaction', () => {
  test('slots that were taken are known, and are not polled again', async () => {
    const { process, folder, coverage, simulator, lake } = await recording();
    for (const dataset of ['open_interest', 'funding_rates', 'instruments'] as const) {
      for (const index of [0, 1]) await process().run(job('bybit', dataset), slot + index * 5 * minute, signal);
    }
    const before = await coverage('bybit');
    const results = await compactUntil(folder, slot);
    expect(results.map(({ outcome }) => outcome)).toContain('compacted');
    expect(results.filter(({ outcome }) => outcome !== 'compacted')).toEqual([]);
    simulator.forgetRequests();
    for (const dataset of ['open_interest', 'funding_rates', 'instruments'] as const) {
      expect(await process().run(job('bybit', dataset), slot, signal)).toMatchObject({ outcome: 'known' });
    }
    expect(simulator.requests('bybit')).toEqual([]);
    expect(await coverage('bybit')).toEqual(before);
    await process().missed(job('bybit'), { from: slot, to: slot + 15 * minute });
    expect((await coverage('bybit')).filter((line) => line.includes('gap'))).toEqual(['12:40-12:45 gap all missed']);
    expect((await collect(lake.objects('open_interest', { exchanges: ['bybit'] }))).length).toBe(1);
  });

  test.each(['open_interest', 'instruments'] as const)(
    '%s that were stored before a crash, and not told of, are no gap',
    async (dataset) => {
      const { process, folder, coverage, clock, lake } = await recording({ symbols: 5 });
      await process().run(job('bybit', dataset), slot - 5 * minute, signal);
      const dying = hookedStore(openStore(folder), {
        async create(key) {
          if (key.includes('/coverage/')) throw new Error('killed');
        },
      });
      await expect(process(dying).run(job('bybit', dataset), slot, signal)).rejects.toThrow();
      const stored = await collect(lake.scan(dataset, { exchange: 'bybit' }));
      // For two datasets to be merged, there is something of two slots; coverage has one object and stays as it is.
      await compactUntil(folder, slot);
      expect(await collect(lake.objects(dataset))).toHaveLength(1);
      await clock.advance(36 * 3_600_000);
      await process().recordDowntime(job('bybit', dataset), 'crash');
      const said = (await coverage('bybit', dataset)).filter((line) => line.startsWith('12:30-12:35'));
      const symbols = new Set(stored.map(({ symbol }) => symbol));
      expect(said.filter((line) => line.includes('covered'))).toHaveLength(symbols.size);
    },
  );

  test('downtime begins where the latest slot ended, also when an earlier one came late', async () => {
    const { process, folder, coverage, clock, lake } = await recording();
    await process().run(job('bybit'), slot, signal);
    await process().run(job('bybit'), slot + 5 * minute, signal);
    await clock.advance(20 * 3_600_000);
    for (const index of [0, 1]) await process().run(job('bybit'), slot + 20 * hour + index * 5 * minute, signal);
    await compactUntil(folder, slot + 20 * hour);
    // A lake that was away takes what is told of the day before only now.
    await process().missed(job('bybit'), { from: slot + 10 * minute, to: slot + 15 * minute });
    await clock.advance(3_600_000);
    await process().recordDowntime(job('bybit'), 'shutdown');
    expect((await coverage('bybit')).filter((line) => line.includes('shutdown'))).toEqual([
      '08:40-09:30 gap all shutdown',
    ]);
    expect((await collect(lake.objects('coverage'))).some(({ name }) => name.startsWith('compact-'))).toBe(true);
  });

  test('what is covered is covered, and says the same', async () => {
    const { process, folder, lake } = await recording();
    for (const index of [0, 1, 3]) await process().run(job('bybit'), slot + index * 5 * minute, signal);
    await process().missed(job('bybit'), { from: slot + 10 * minute, to: slot + 15 * minute });
    const range = { from: slot, to: slot + hour };
    const resolved = async () =>
      resolveCoverage(await collect(readCoverage(lake, { ...range, exchanges: ['bybit'] })), range);
    const before = await resolved();
    expect(before.length).toBeGreaterThan(0);
    await compactUntil(folder, slot);
    expect(await resolved()).toEqual(before);
    const later = { from: slot + 3 * day, to: slot + 4 * day };
    expect(await collect(readCoverage(lake, { ...later, exchanges: ['bybit'] }))).toEqual([]);
  });

  test('a history that is whole is not fetched again, snapshots beside it or not', async () => {
    const venues = await simulated();
    const folder = temporaryFolder();
    const lake = new Lake(openStore(folder), { writer: 'test' });
    const range = { from: simulatedStart - 3 * day, to: simulatedStart - hour };
    const fetch = async (dataset: 'open_interest' | 'funding_rates') => {
      venues.simulator.forgetRequests();
      const venue = venues.venue('binance');
      const now = venues.clock.now();
      const keeper = new HistoryKeeper(lake);
      const request = { symbols: ['BTC-USDT-PERP'], ...range, periodSeconds: 3600, now, signal, keeper };
      const { fetched, plan } = await fetchHistory(venue, dataset, request);
      return { fetched, rows: await keeper.rows('binance', dataset, plan) };
    };
    for (const dataset of ['open_interest', 'funding_rates'] as const) {
      const first = await fetch(dataset);
      expect(first.fetched).toBeGreaterThan(0);
      const row = { ...first.rows[0], ts_event: range.from + 1, ts_recv: range.from + 2 };
      const snapshot = dataset === 'open_interest' ? { period_seconds: null } : { kind: 'running' };
      await lake.write(dataset, 'binance', 'snapshot-x', [{ ...row, ...snapshot } as never]);
      expect((await compactUntil(folder, simulatedStart)).some((one) => one.dataset === dataset)).toBe(true);
      expect(await fetch(dataset)).toEqual({ fetched: 0, rows: first.rows });
    }
  });
});
