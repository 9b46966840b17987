import { HistoryKeeper, SnapshotFailure } from '@feedlake/collector';
import { Lake, openStore, snapshotName } from '@feedlake/lake';
import { hour, minute } from '@feedlake/schema';
import type { FaultRule } from '@feedlake/simulator';
import { describe, expect, test } from 'vitest';
import { ccxtVenue } from '../../support/ccxt.ts';
import { countingStore } from '../../support/counting-store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { collect } from '../../support/lake.ts';
import { hookedStore, job, recording, slot, start } from './schedule-fixture.ts';

const signal = new AbortController().signal;

describe('what a snapshot leaves in the lake', () => {
  test('rows of the slot, and one word about all of them', async () => {
    const { process, lake } = await recording();
    const report = await process().run(job('bybit'), slot, signal);
    const rows = await collect(lake.scan('open_interest', { exchange: 'bybit' }));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.every(({ scheduled_time }) => scheduled_time === slot)).toBe(true);
    expect(report).toMatchObject({ outcome: 'stored', rows: rows.length, failures: [], rejected: [], notices: [] });
    expect(await collect(lake.scan('coverage', { exchange: 'bybit' }))).toEqual([
      {
        exchange: 'bybit',
        symbol: null,
        venue_symbol: null,
        ts_event: slot,
        ts_recv: start,
        source: 'simulated',
        dataset: 'open_interest',
        from_time: slot,
        to_time: slot + 5 * minute,
        state: 'covered',
        cause: null,
        first_seq: null,
        last_seq: null,
        rows: rows.length,
        writer: 'test',
        repaired_by: null,
        detail: 'snapshot',
        exact: null,
      },
    ]);
  });

  test('of named symbols a word about each: what came, what has no such data, and what is not there', async () => {
    const { process, lake, coverage } = await recording();
    const all = process();
    await all.run(job('bybit', 'instruments'), slot, signal);
    const listed = await collect(lake.scan('instruments', { exchange: 'bybit' }));
    const dated = listed.find(({ type }) => type === 'future')?.symbol ?? '';
    expect(dated).not.toBe('');
    const symbols = ['ETH-USDT-PERP', 'BTCUSDT', 'BTC/USDT:USDT', dated, 'NO-USDT-PERP'];
    const report = await process().run(job('bybit', 'funding_rates', symbols), slot, signal);
    expect(report).toMatchObject({ outcome: 'stored', rows: 2, failures: [{ kind: 'bad_symbol' }] });
    expect(await coverage('bybit', 'funding_rates')).toEqual(
      [
        '12:30-12:35 covered BTC-USDT-PERP 1',
        `12:30-12:35 covered ${dated} 0`,
        '12:30-12:35 covered ETH-USDT-PERP 1',
        '12:30-12:35 gap NO-USDT-PERP refused',
      ].sort(),
    );
  });

  test('instruments: everything that is listed, or what was named', async () => {
    const { process, lake, coverage, objects } = await recording();
    await process().run(job('hyperliquid', 'instruments'), slot, signal);
    const all = await collect(lake.scan('instruments', { exchange: 'hyperliquid' }));
    expect(all.some(({ status }) => status === 'delisted')).toBe(true);
    expect(await coverage('hyperliquid', 'instruments')).toEqual([`12:30-12:35 covered all ${all.length}`]);

    await process().run(job('bybit', 'instruments', ['BTC-USDT-PERP', 'NO-USDT-PERP']), slot, signal);
    const named = await collect(lake.scan('instruments', { exchange: 'bybit' }));
    expect(named.map(({ symbol }) => symbol)).toEqual(['BTC-USDT-PERP']);
    expect(await coverage('bybit', 'instruments')).toEqual([
      '12:30-12:35 covered BTC-USDT-PERP 1',
      '12:30-12:35 gap NO-USDT-PERP refused',
    ]);
    expect(await objects('instruments', 'hyperliquid')).toEqual([snapshotName(slot)]);
  });

  test('a dollar perpetual that stands in for another is said once', async () => {
    const { process } = await recording();
    const jobs = process();
    const named = job('hyperliquid', 'open_interest', ['BTC-USDT-PERP']);
    const notices = [];
    for (const n of [0, 1]) notices.push((await jobs.run(named, slot + n * 5 * minute, signal)).notices);
    expect(notices).toEqual([[expect.stringContaining('taking its dollar perpetual BTC-USDC-PERP')], []]);
  });

  test('a dataset that an exchange does not have is said once, and is no gap', async () => {
    const { process, lake } = await recording();
    const kraken = ccxtVenue('kraken', [], new FakeClock(start));
    const jobs = process(undefined, () => kraken);
    const first = await jobs.run(job('kraken'), slot, signal);
    expect(first).toMatchObject({ outcome: 'not_offered', failures: [] });
    expect(first.notices).toEqual([expect.stringContaining('offers no present open interest')]);
    expect((await jobs.run(job('kraken'), slot + 5 * minute, signal)).notices).toEqual([]);
    expect(await collect(lake.objects(null))).toEqual([]);
  });
});

describe('a slot that is fired again', () => {
  test('is known: the exchange is not asked, and nothing is added, whoever fires it', async () => {
    const { process, simulator, clock, objects, lake } = await recording();
    const jobs = process();
    await jobs.run(job('bybit'), slot, signal);
    const before = await collect(lake.scan('open_interest', { exchange: 'bybit' }));
    simulator.forgetRequests();
    await clock.advance(60_000);
    for (const again of [jobs, process()]) {
      expect(await again.run(job('bybit'), slot, signal)).toMatchObject({ outcome: 'known', rows: 0 });
    }
    expect(simulator.requests('bybit')).toEqual([]);
    expect(await objects('open_interest', 'bybit')).toEqual([snapshotName(slot)]);
    expect(await objects('coverage', 'bybit')).toHaveLength(1);
    expect(await collect(lake.scan('open_interest', { exchange: 'bybit' }))).toEqual(before);
  });

  test('by five at once is stored once, and said once', async () => {
    const { process, objects, coverage, lake } = await recording();
    await Promise.all(Array.from({ length: 5 }, () => process().run(job('backpack'), slot, signal)));
    expect(await objects('open_interest', 'backpack')).toEqual([snapshotName(slot)]);
    const rows = await collect(lake.scan('open_interest', { exchange: 'backpack' }));
    expect(new Set(rows.map(({ symbol }) => symbol)).size).toBe(rows.length);
    expect(await coverage('backpack')).toEqual([`12:30-12:35 covered all ${rows.length}`]);
  });

  test('for other symbols is another snapshot', async () => {
    const { process, coverage, objects } = await recording();
    await process().run(job('bybit', 'open_interest', ['BTC-USDT-PERP', 'ETH-USDT-PERP']), slot, signal);
    await process().run(job('bybit', 'open_interest', ['ETH-USDT-PERP', 'BTC-USDT-PERP']), slot, signal);
    await process().run(job('bybit', 'open_interest', ['SOL-USDT-PERP']), slot, signal);
    expect(await objects('open_interest', 'bybit')).toHaveLength(2);
    expect(await coverage('bybit')).toEqual([
      '12:30-12:35 covered BTC-USDT-PERP 1',
      '12:30-12:35 covered ETH-USDT-PERP 1',
      '12:30-12:35 covered SOL-USDT-PERP 1',
    ]);
  });

  test('after nothing came: what comes now repairs the gap', async () => {
    const { process, simulator, lake, coverage, clock } = await recording();
    await simulator.faults.add({ venue: 'backpack', kind: 'reset' });
    await expect(process().run(job('backpack'), slot, signal)).rejects.toThrow(SnapshotFailure);
    await simulator.faults.clear();
    await clock.advance(1000);
    const { rows } = await process().run(job('backpack'), slot, signal);
    expect(await coverage('backpack')).toEqual([`12:30-12:35 covered all ${rows}`, '12:30-12:35 gap all disconnect']);
    const said = await collect(lake.scan('coverage', { exchange: 'backpack' }));
    const [gap, covered] = said.sort((a, b) => a.ts_recv - b.ts_recv);
    expect(gap?.state).toBe('gap');
    expect(covered).toMatchObject({ state: 'covered', repaired_by: 'snapshot' });
  });

  test('and fails, where another writer has it meanwhile: no gap is said', async () => {
    const { process, simulator, coverage, folder } = await recording();
    await process().run(job('backpack'), slot - 5 * minute, signal);
    await simulator.faults.add({ venue: 'backpack', kind: 'truncated', times: 1 });
    const other = process();
    let looks = 0;
    const store = hookedStore(openStore(folder), {
      async list(folder) {
        if (folder.includes('/coverage/') && ++looks === 2) await other.run(job('backpack'), slot, signal);
      },
    });
    await expect(process(store).run(job('backpack'), slot, signal)).rejects.toThrow(SnapshotFailure);
    expect(looks).toBe(2);
    expect(await coverage('backpack')).toEqual([
      expect.stringMatching(/^12:25-12:30 covered all \d+$/),
      expect.stringMatching(/^12:30-12:35 covered all \d+$/),
    ]);
  });
});

describe('what does not come', () => {
  test.each([
    [{ kind: '451' }, 'blocked'],
    [{ kind: '403-html' }, 'blocked'],
    [{ kind: '418' }, 'blocked'],
    [{ kind: '429' }, 'rate_limited'],
    [{ kind: 'reset' }, 'disconnect'],
    [{ kind: '5xx' }, 'upstream_error'],
    [{ kind: 'truncated' }, 'upstream_error'],
  ] as const satisfies readonly (readonly [FaultRule, string])[])('%j: a gap, %s', async (rule, cause) => {
    const { process, simulator, coverage, objects } = await recording();
    await simulator.faults.add({ venue: 'bybit', ...rule });
    const jobs = process();
    const failure = jobs.run(job('bybit'), slot, signal);
    await expect(failure).rejects.toThrow(SnapshotFailure);
    await expect(failure).rejects.toThrow(/^bybit: no open_interest: ./);
    expect(await coverage('bybit')).toEqual([`12:30-12:35 gap all ${cause}`]);
    expect(await objects('open_interest', 'bybit')).toEqual([]);
    expect(await jobs.run(job('backpack'), slot, signal)).toMatchObject({ outcome: 'stored' });
  });

  test('of one symbol is its gap, and the later word', async () => {
    const { process, simulator, lake, coverage } = await recording();
    await simulator.faults.add({ kind: '451', venue: 'binance', match: /symbol=ETHUSDT$/ });
    const report = await process().run(job('binance'), slot, signal);
    expect(report.failures).toMatchObject([{ symbol: 'ETHUSDT', kind: 'geo_blocked' }]);
    expect(await coverage('binance')).toEqual([
      `12:30-12:35 covered all ${report.rows}`,
      '12:30-12:35 gap ETH-USDT-PERP blocked',
    ]);
    const [covered, gap] = (await collect(lake.scan('coverage', { exchange: 'binance' }))).sort(
      (a, b) => a.ts_recv - b.ts_recv,
    );
    expect([covered?.symbol, gap?.symbol, gap?.venue_symbol]).toEqual([null, 'ETH-USDT-PERP', 'ETHUSDT']);
    expect(gap?.ts_recv).toBeGreaterThan(covered?.ts_recv ?? 0);
  });

  test.each(['bybit', 'hyperliquid', 'backpack'] as const)('%s: a row that was turned down is a gap', async (id) => {
    const { process, simulator, coverage } = await recording();
    await simulator.faults.add({ venue: id, kind: 'bad-row' });
    const report = await process().run(job(id), slot, signal);
    const turnedDown = /^open_interest of (\S+):/.exec(report.rejected[0] ?? '')?.[1];
    expect(turnedDown).toBeDefined();
    const said = await coverage(id);
    expect(said).toHaveLength(2);
    expect(said[0]).toBe(`12:30-12:35 covered all ${report.rows}`);
    expect(said[1]).toMatch(/^12:30-12:35 gap \S+-PERP upstream_error$/);
    const named = process().run(job(id, 'open_interest', [turnedDown ?? '']), slot, signal);
    await expect(named).rejects.toThrow(SnapshotFailure);
    expect((await coverage(id)).filter((line) => line === said[1])).toHaveLength(2);
  });

  test('of all that was named is a gap of each; of an exchange that can not be asked, one of all', async () => {
    const { process, simulator, coverage } = await recording();
    const named = job('binance', 'open_interest', ['BTC-USDT-PERP', 'ETH-USDT-PERP']);
    await simulator.faults.add({ kind: '451', venue: 'binance', match: '/fapi/v1/openInterest' });
    await expect(process().run(named, slot, signal)).rejects.toThrow(SnapshotFailure);
    await simulator.faults.clear();
    await simulator.faults.add({ kind: 'truncated', venue: 'binance' });
    await expect(process().run(named, slot + 5 * minute, signal)).rejects.toThrow(SnapshotFailure);
    expect(await coverage('binance')).toEqual([
      '12:30-12:35 gap BTC-USDT-PERP blocked',
      '12:30-12:35 gap ETH-USDT-PERP blocked',
      '12:35-12:40 gap all upstream_error',
    ]);
  });

  test('because it was stopped is not spoken of', async () => {
    const { process, simulator, lake } = await recording();
    await simulator.faults.add({ kind: 'slow', delayMs: 30_000 });
    const stop = new AbortController();
    const running = process().run(job('bybit'), slot, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    expect(await collect(lake.objects(null))).toEqual([]);
  });
});

test('a history is planned without a look at snapshots and what was said about them', async () => {
  const { process, folder, coverage } = await recording();
  const jobs = process();
  const named = job('bybit', 'open_interest', ['BTC-USDT-PERP']);
  for (let n = 0; n < 3; n++) await jobs.run(named, slot + n * 5 * minute, signal);
  expect(await coverage('bybit')).toHaveLength(3);
  const { store, reads } = countingStore(openStore(folder));
  const keeper = new HistoryKeeper(new Lake(store, { writer: 'test' }));
  const range = { from: slot - 12 * hour, to: slot };
  const known = await keeper.known('bybit', 'open_interest', ['BTC-USDT-PERP'], range, 3600);
  expect([...known]).toEqual([['BTC-USDT-PERP', { times: [], claims: [] }]]);
  expect(reads).toEqual([]);
});
