import { lackingSymbols } from '@feedlake/collector';
import { query } from '@feedlake/lake';
import { isoTime, minute, now } from '@feedlake/schema';
import { describe, expect, test } from 'vitest';
import { collect } from '../support/lake.ts';
import { fixture } from './support/fixture.ts';
import { FunctionError } from './support/runtime-api.ts';

const aws = fixture();
const name = 'Snapshot';
/** Full five minutes: the slot of the schedule that the settings have. */
const slot = Math.floor((now() - 10 * minute) / (5 * minute)) * 5 * minute;

/** What EventBridge Scheduler hands over. */
function scheduled(exchange: string, dataset = 'open_interest', time = slot) {
  return { dataset, exchange, scheduled: isoTime(time).replace('.000000', '') };
}

describe('a slot of the schedule', () => {
  test('becomes one object, which DuckDB reads, however often it is fired', async () => {
    const { lake, root } = aws.newLake();
    const snapshot = await aws.start(name, root);
    const { value } = await snapshot.invoke(scheduled('bybit'));
    expect(value).toMatchObject({ slot: isoTime(slot), outcome: 'stored', mended: 0 });
    const { rows: count } = value as { rows: number };
    expect(count).toBeGreaterThan(20);
    const before = await collect(lake.objects('open_interest'));
    expect(before.map((object) => object.name)).toEqual([`snapshot-${isoTime(slot).replaceAll(/[-:]|\.000000/g, '')}`]);

    // Scheduler delivers at least once, and the delivery may be late; and another process may take it.
    expect((await snapshot.invoke(scheduled('bybit'))).value).toMatchObject({ outcome: 'known', rows: 0 });
    const other = await aws.start(name, root);
    expect((await other.invoke(scheduled('bybit'))).value).toMatchObject({ outcome: 'known' });
    expect(await collect(lake.objects('open_interest'))).toEqual(before);

    const sql = 'select count(*), count(distinct symbol), min(scheduled_time) from open_interest';
    const { rows } = await query(lake, sql, { cacheFolder: `/tmp/feedlake-test-cache-${process.pid}` });
    expect(rows).toEqual([[count, count, isoTime(slot)]]);
  });

  test('is stored once when it is fired in five processes at once', async () => {
    const { lake, root } = aws.newLake();
    const functions = await Promise.all(Array.from({ length: 5 }, () => aws.start(name, root)));
    const answers = await Promise.all(functions.map((one) => one.invoke(scheduled('backpack', 'funding_rates'))));
    expect(answers.map(({ value }) => (value as { outcome: string }).outcome).sort()).toContain('stored');
    expect(await collect(lake.objects('funding_rates'))).toHaveLength(1);
    const rows = await collect(lake.scan('funding_rates', { exchange: 'backpack' }));
    expect(new Set(rows.map(({ symbol }) => symbol)).size).toBe(rows.length);
  });

  test('whose function is killed half-way is completed by the retry', async () => {
    const { lake, root } = aws.newLake();
    await aws.simulator.faults.add({ venue: 'binance', kind: 'slow', delayMs: 120_000, match: /symbol=ETHUSDT$/ });
    aws.simulator.forgetRequests();
    const killed = await aws.start(name, root);
    const cut = killed.invoke(scheduled('binance')).catch((error: unknown) => error);
    const asked = () => aws.simulator.requests('binance').filter(({ path }) => path.endsWith('/openInterest')).length;
    await expect.poll(asked, { timeout: 30_000 }).toBeGreaterThan(5);
    await killed.kill();
    expect(await cut).toBeInstanceOf(FunctionError);
    await aws.simulator.faults.clear();
    const again = await aws.start(name, root);
    const { value } = await again.invoke(scheduled('binance'));
    const rows = await collect(lake.scan('open_interest', { exchange: 'binance' }));
    expect(rows.length).toBe((value as { rows: number }).rows);
    expect(new Set(rows.map(({ symbol }) => symbol)).size).toBe(rows.length);
    expect(rows.map(({ symbol }) => symbol)).toContain('ETH-USDT-PERP');
  });
});

describe('what does not come', () => {
  test('of one symbol fails the invocation, and the retry asks for that symbol alone', async () => {
    const { lake, root } = aws.newLake();
    const snapshot = await aws.start(name, root, {
      settings: ({ exchanges }) => {
        if (exchanges.binance !== undefined) exchanges.binance.rest.retries = 0;
      },
    });
    await aws.simulator.faults.add({ venue: 'binance', kind: 'reset', match: /symbol=ETHUSDT$/ });
    await expect(snapshot.invoke(scheduled('binance'))).rejects.toMatchObject({
      errorType: 'PartialSnapshotError',
      message: expect.stringContaining('ETHUSDT'),
    });
    const job = { dataset: 'open_interest', exchange: 'binance', every: '5m', symbols: 'all' } as const;
    expect(await lackingSymbols(lake, job, slot)).toMatchObject([{ symbol: 'ETH-USDT-PERP', cause: 'disconnect' }]);
    await aws.simulator.faults.clear();
    aws.simulator.forgetRequests();
    expect((await snapshot.invoke(scheduled('binance'))).value).toMatchObject({ outcome: 'known', mended: 1 });
    const asked = aws.simulator.requests('binance').filter(({ path }) => path.endsWith('/openInterest'));
    expect(asked.map(({ query }) => query)).toEqual(['symbol=ETHUSDT']);
    expect(await lackingSymbols(lake, job, slot)).toEqual([]);
  });

  test('at all fails the invocation, leaves a gap, and is repaired by the retry', async () => {
    const { lake, root } = aws.newLake();
    await aws.simulator.faults.add({ venue: 'hyperliquid', kind: '451' });
    const snapshot = await aws.start(name, root);
    await expect(snapshot.invoke(scheduled('hyperliquid'))).rejects.toMatchObject({ errorType: 'SnapshotFailure' });
    const gaps = await collect(lake.scan('coverage', { exchange: 'hyperliquid' }));
    expect(gaps).toMatchObject([{ state: 'gap', cause: 'blocked', from_time: slot, to_time: slot + 5 * minute }]);
    const failed = snapshot.log.flatMap((line) => (line.includes('_aws') ? [JSON.parse(line)] : []));
    expect(failed).toMatchObject([{ exchange: 'hyperliquid', dataset: 'open_interest', SnapshotFailures: 1 }]);
    expect(failed[0]).not.toHaveProperty('SnapshotsStored');
    await aws.simulator.faults.clear();
    // The breaker of this process still remembers: Lambda's retry may meet another.
    const other = await aws.start(name, root);
    expect((await other.invoke(scheduled('hyperliquid'))).value).toMatchObject({ outcome: 'stored' });
    const said = await collect(lake.scan('coverage', { exchange: 'hyperliquid' }));
    expect(said.filter(({ state }) => state === 'covered')).toMatchObject([{ repaired_by: 'snapshot' }]);
  });

  test.each([
    [{ dataset: 'open_interest', exchange: 'bybit' }, /scheduled/],
    [{ dataset: 'open_interest', exchange: 'bybit', scheduled: 'noon' }, /noon is no time/],
    [{ dataset: 'trades', exchange: 'bybit', scheduled: isoTime(slot) }, /not among the snapshots of the settings/],
    [{ dataset: 'open_interest', exchange: '../bybit', scheduled: isoTime(slot) }, /not among the snapshots/],
  ])('an event that makes no sense is refused: %j', async (event, message) => {
    const { root, lake } = aws.newLake();
    const snapshot = await aws.start(name, root);
    await expect(snapshot.invoke(event)).rejects.toThrow(message);
    expect(await collect(lake.objects(null))).toEqual([]);
  });
});
