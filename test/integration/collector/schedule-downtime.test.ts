import { Lake, openStore, StoreError, snapshotName } from '@feedlake/lake';
import { day, hour, minute } from '@feedlake/schema';
import { describe, expect, test } from 'vitest';
import { collect } from '../../support/lake.ts';
import { at } from '../../support/rows.ts';
import { hookedStore, job, recording, slot, start } from './schedule-fixture.ts';

const signal = new AbortController().signal;
const slots = (from: number, to: number) => ({ from: slot + from * 5 * minute, to: slot + to * 5 * minute });

/** A store at which a process dies: from the first writing on that the test picks, nothing is written any more. */
function dyingStore(folder: string, diesAt: (key: string) => boolean) {
  let dead = false;
  return hookedStore(openStore(folder), {
    async create(key) {
      dead ||= diesAt(key);
      if (dead) throw new Error('killed');
    },
  });
}

describe('missed slots', () => {
  test('are one gap', async () => {
    const { process, coverage, objects } = await recording();
    for (const jobs of [process(), process()]) await jobs.missed(job('bybit'), slots(0, 6));
    expect(await coverage('bybit')).toEqual(['12:30-13:00 gap all missed']);
    expect(await objects('coverage', 'bybit')).toHaveLength(1);
  });

  test('that another writer took are none', async () => {
    const { process, coverage } = await recording();
    const other = process();
    for (const index of [1, 2, 4]) await other.run(job('bybit'), slot + index * 5 * minute, signal);
    await process().missed(job('bybit'), slots(0, 6));
    expect((await coverage('bybit')).filter((line) => line.includes('gap'))).toEqual([
      '12:30-12:35 gap all missed',
      '12:45-12:50 gap all missed',
      '12:55-13:00 gap all missed',
    ]);
  });

  test('of one dataset are no gap of another', async () => {
    const { process, coverage } = await recording();
    await process().missed(job('bybit'), slots(0, 1));
    await process().missed(job('bybit', 'funding_rates'), slots(0, 1));
    expect(await coverage('bybit')).toEqual(['12:30-12:35 gap all missed']);
    expect(await coverage('bybit', 'funding_rates')).toEqual(['12:30-12:35 gap all missed']);
  });
});

describe('a restart', () => {
  test('after some hours: the slots between are a gap with the cause given, once', async () => {
    const { process, coverage, clock } = await recording();
    const jobs = process();
    await jobs.run(job('bybit'), slot - 5 * minute, signal);
    const { rows } = await jobs.run(job('bybit'), slot, signal);
    await clock.advance(3 * 3_600_000);
    const restarted = process();
    expect(await restarted.recordDowntime(job('bybit'), 'shutdown')).toEqual(slots(1, 36));
    const late = await restarted.run(job('bybit'), slot + 3 * hour, signal);
    expect(await coverage('bybit')).toEqual([
      expect.stringMatching(/^12:25-12:30 covered/),
      `12:30-12:35 covered all ${rows}`,
      '12:35-15:30 gap all shutdown',
      `15:30-15:35 covered all ${late.rows}`,
    ]);
    const before = await coverage('bybit');
    expect(await process().recordDowntime(job('bybit'), 'crash')).toBeNull();
    expect(await coverage('bybit')).toEqual(before);
  });

  test('within the interval that was done, or with nothing known, accounts for nothing', async () => {
    const { process, clock, lake } = await recording();
    expect(await process().recordDowntime(job('bybit'), 'crash')).toBeNull();
    await process().run(job('bybit'), slot, signal);
    expect(await process().recordDowntime(job('bybit'), 'crash')).toBeNull();
    await clock.advance(4 * 60_000);
    expect(await process().recordDowntime(job('bybit'), 'crash')).toBeNull();
    expect(await process().recordDowntime(job('backpack'), 'crash')).toBeNull();
    expect(await process().recordDowntime(job('bybit', 'funding_rates'), 'crash')).toBeNull();
    expect(await collect(lake.objects('coverage'))).toHaveLength(1);
  });

  test('looks back two days, or two slots where they are rare', async () => {
    const { process, clock } = await recording();
    const weekly = { ...job('bybit'), every: '0 0 * * MON' };
    const monday = at('2026-10-12');
    await process().run(job('bybit'), slot, signal);
    await process().run(weekly, monday, signal);
    await clock.advance((13 * day) / 1000);
    expect(await process().recordDowntime(job('bybit'), 'crash')).toBeNull();
    expect(await process().recordDowntime(weekly, 'crash')).toEqual({ from: monday + 7 * day, to: monday + 14 * day });
  });

  test('finds a rare snapshot behind many others', async () => {
    const { process, coverage, clock } = await recording({ symbols: 8 });
    const jobs = process();
    const hourly = { ...job('backpack', 'instruments'), every: '1h' };
    await jobs.run(hourly, at('2026-10-15T12:00'), signal);
    for (let n = 0; n < 40; n++) await jobs.run(job('backpack'), slot + n * 5 * minute, signal);
    await clock.advance(200 * 60_000);
    await process().recordDowntime(hourly, 'crash');
    expect(await process().recordDowntime(job('backpack'), 'crash')).toBeNull();
    expect(await coverage('backpack', 'instruments')).toEqual([
      expect.stringMatching(/^12:00-13:00 covered/),
      '13:00-15:00 gap all crash',
    ]);
    expect((await coverage('backpack')).filter((line) => line.includes('gap'))).toEqual([]);
  });

  test('finds what was compacted', async () => {
    const { process, clock, lake } = await recording();
    await process().run(job('bybit'), slot, signal);
    const rows = await collect(lake.scan('coverage', { exchange: 'bybit' }));
    for await (const { key } of lake.objects('coverage')) await lake.store.remove(key);
    await lake.write('coverage', 'bybit', 'compact-1', rows);
    await clock.advance(hour / 1000);
    expect(await process().recordDowntime(job('bybit'), 'crash')).toEqual(slots(1, 12));
  });
});

describe('a crash between the rows and the word about them', () => {
  const isCoverage = (key: string) => key.includes('/coverage/');

  test('and a restart within the interval: the same object, and the word about it', async () => {
    const { process, coverage, objects, folder, clock, lake } = await recording();
    await expect(process(dyingStore(folder, isCoverage)).run(job('bybit'), slot, signal)).rejects.toThrow('killed');
    const before = await collect(lake.scan('open_interest', { exchange: 'bybit' }));
    expect(before.length).toBeGreaterThan(20);
    await clock.advance(30_000);
    const restarted = process();
    expect(await restarted.recordDowntime(job('bybit'), 'crash')).toBeNull();
    expect(await restarted.run(job('bybit'), slot, signal)).toMatchObject({ outcome: 'stored', rows: 0 });
    expect(await objects('open_interest', 'bybit')).toEqual([snapshotName(slot)]);
    expect(await collect(lake.scan('open_interest', { exchange: 'bybit' }))).toEqual(before);
    expect(await coverage('bybit')).toEqual([`12:30-12:35 covered all ${before.length}`]);
  });

  test('what the object lacks and comes now is a gap: an object is not written twice', async () => {
    const { process, coverage, folder, simulator } = await recording();
    await simulator.faults.add({ kind: '451', venue: 'binance', match: /symbol=ETHUSDT$/, times: 1 });
    await expect(process(dyingStore(folder, isCoverage)).run(job('binance'), slot, signal)).rejects.toThrow('killed');
    const { failures } = await process().run(job('binance'), slot, signal);
    expect(failures).toEqual([]);
    expect(await coverage('binance')).toEqual([
      expect.stringMatching(/^12:30-12:35 covered all \d+$/),
      '12:30-12:35 gap ETH-USDT-PERP upstream_error',
    ]);
  });

  test('and a restart later: covered is what stands in the lake, and nothing else', async () => {
    const { process, coverage, folder, clock, lake } = await recording();
    const named = job('bybit', 'open_interest', ['BTC-USDT-PERP', 'ETH-USDT-PERP']);
    await process().run(named, slot - 5 * minute, signal);
    await expect(process(dyingStore(folder, isCoverage)).run(named, slot, signal)).rejects.toThrow('killed');
    await clock.advance(hour / 1000);
    expect(await process().recordDowntime(named, 'crash')).toEqual(slots(0, 12));
    expect(await coverage('bybit')).toEqual([
      '12:25-12:30 covered BTC-USDT-PERP 1',
      '12:25-12:30 covered ETH-USDT-PERP 1',
      '12:30-12:35 covered BTC-USDT-PERP 1',
      '12:30-12:35 covered ETH-USDT-PERP 1',
      '12:30-12:35 gap all crash',
      '12:35-13:30 gap all crash',
    ]);
    const said = (await collect(lake.scan('coverage', { exchange: 'bybit' }))).filter((row) => row.from_time === slot);
    const gap = said.find(({ state }) => state === 'gap');
    for (const row of said) if (row.state === 'covered') expect(row.ts_recv).toBeGreaterThan(gap?.ts_recv ?? 0);
    expect(await process().recordDowntime(named, 'crash')).toBeNull();
  });

  test('at midnight, where the rows of a second try belong to another date: nothing is there twice', async () => {
    const last = at('2026-10-15T23:55');
    const { process, folder, clock, lake, objects } = await recording({ from: at('2026-10-15T23:59:58') });
    await expect(process(dyingStore(folder, isCoverage)).run(job('backpack'), last, signal)).rejects.toThrow('killed');
    const before = await collect(lake.scan('open_interest', { exchange: 'backpack' }));
    await clock.advance(5_000);
    await process().run(job('backpack'), last, signal);
    expect(await collect(lake.scan('open_interest', { exchange: 'backpack' }))).toEqual(before);
    expect(await objects('open_interest', 'backpack')).toEqual([snapshotName(last)]);
  });
});

describe('a lake that can not be written to', () => {
  test.each([
    ['disk_full', 'disk_full'],
    ['unreachable', 'store_error'],
  ] as const)('for a while (%s): what was missed meanwhile is said as soon as it can be', async (fault, cause) => {
    const { process, coverage, folder } = await recording();
    let broken = false;
    const fail = async (where: string) => {
      if (broken) throw new StoreError(fault, where, 'no');
    };
    const hooks = fault === 'disk_full' ? { create: fail } : { create: fail, list: fail };
    const jobs = process(hookedStore(openStore(folder), hooks));
    const run = (index: number, about = job('bybit')) => jobs.run(about, slot + index * 5 * minute, signal);
    await run(0);
    broken = true;
    for (const index of [1, 2]) await expect(run(index)).rejects.toThrow(StoreError);
    await expect(jobs.missed(job('bybit'), slots(3, 5))).rejects.toThrow(StoreError);
    await expect(run(5)).rejects.toThrow(StoreError);
    await expect(run(5, job('backpack'))).rejects.toThrow(StoreError);
    broken = false;
    await run(6);
    expect(await coverage('bybit')).toEqual([
      expect.stringMatching(/^12:30-12:35 covered/),
      `12:35-12:45 gap all ${cause}`,
      '12:45-12:55 gap all missed',
      `12:55-13:00 gap all ${cause}`,
      expect.stringMatching(/^13:00-13:05 covered/),
    ]);
    expect(await coverage('backpack')).toEqual([]);
    await run(6, job('backpack'));
    expect((await coverage('backpack'))[0]).toBe(`12:55-13:00 gap all ${cause}`);
  });

  test('after the rows: the true word is said later', async () => {
    const { process, coverage, folder } = await recording();
    let broken = true;
    const create = async (key: string) => {
      if (broken && key.includes('/coverage/')) throw new StoreError('unreachable', key, 'no');
    };
    const jobs = process(hookedStore(openStore(folder), { create }));
    await expect(jobs.run(job('backpack'), slot, signal)).rejects.toThrow(StoreError);
    broken = false;
    await jobs.run(job('backpack'), slot + 5 * minute, signal);
    expect(await coverage('backpack')).toEqual([
      expect.stringMatching(/^12:30-12:35 covered all \d+$/),
      expect.stringMatching(/^12:35-12:40 covered all \d+$/),
    ]);
  });

  test('statements do not pile up, however long it lasts', async () => {
    const { folder, process, lake } = await recording();
    let broken = true;
    const fail = async (where: string) => {
      if (broken) throw new StoreError('unreachable', where, 'no');
    };
    const jobs = process(hookedStore(openStore(folder), { create: fail, list: fail }));
    const often = { ...job('backpack'), every: '1s' };
    for (let n = 0; n < 50; n++) await expect(jobs.run(often, start + n * 1_000_000, signal)).rejects.toThrow();
    broken = false;
    await jobs.run(often, start + 50_000_000, signal);
    expect(await collect(new Lake(openStore(folder), { writer: 'x' }).objects('coverage'))).toHaveLength(2);
    expect(await collect(lake.scan('coverage', { exchange: 'backpack' }))).toMatchObject([
      { state: 'gap', from_time: start, to_time: start + 50_000_000 },
      { state: 'covered' },
    ]);
  });
});
