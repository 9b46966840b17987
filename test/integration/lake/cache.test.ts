import { Lake, openStore, snapshotName } from '@feedlake/lake';
import { minute } from '@feedlake/schema';
import { expect, test, vi } from 'vitest';
import { at, collect, openInterest, temporaryFolder } from '../../support/lake.ts';

const start = at('2026-11-24T00:00:00Z');
const objects = 12;

/** A lake with a dozen of small snapshots, and how often it reads from its store. */
async function small(cacheBytes?: number) {
  const store = openStore(temporaryFolder());
  const lake = new Lake(store, { writer: 'test', ...(cacheBytes !== undefined && { cacheBytes }) });
  for (let index = 0; index < objects; index += 1) {
    const time = start + index * 5 * minute;
    await lake.write('open_interest', 'binance', snapshotName(time), [openInterest(time)]);
  }
  const read = vi.spyOn(store, 'read');
  const reads = async () => {
    read.mockClear();
    expect(await collect(lake.scan('open_interest', { exchange: 'binance' }))).toHaveLength(objects);
    return read.mock.calls.length;
  };
  return { read, reads };
}

test('small objects are read once where they are kept, and every time where they are not', async () => {
  const kept = await small(1_000_000);
  expect(await kept.reads()).toBe(objects);
  expect(await kept.reads()).toBe(0);
  const plain = await small();
  expect(await plain.reads()).toBe(objects);
  expect(await plain.reads()).toBe(objects);
});

test('what is kept reads the same, whatever was asked for before', async () => {
  const store = openStore(temporaryFolder());
  const keeping = new Lake(store, { writer: 'test', cacheBytes: 1_000_000 });
  const rows = ['BTC', 'ETH', 'SOL'].map((base) => openInterest(start, { symbol: `${base}-USDT-PERP` }));
  await keeping.write('open_interest', 'binance', snapshotName(start), rows);
  const queries = [
    { symbols: ['ETH-USDT-PERP'], columns: ['open_interest'] as const },
    { columns: ['symbol', 'open_interest', 'ts_recv'] as const },
    { symbols: ['SOL-USDT-PERP', 'BTC-USDT-PERP'] },
    {},
  ];
  for (const query of [...queries, ...queries]) {
    const plain = new Lake(store, { writer: 'test' });
    const wanted = { exchange: 'binance', ...query };
    const read = await collect(keeping.scan('open_interest', wanted as { exchange: string }));
    expect(read).toEqual(await collect(plain.scan('open_interest', wanted as { exchange: string })));
    expect(read.length).toBe(query.symbols?.length ?? rows.length);
  }
});

test('where less than all fit, what is read in turn is gone when its turn comes again', async () => {
  const { reads } = await small(60_000);
  expect(await reads()).toBe(objects);
  expect(await reads()).toBe(objects);
});

test('what could not be read is read again', async () => {
  const { read, reads } = await small(1_000_000);
  read.mockRejectedValueOnce(new Error('broken'));
  await expect(reads()).rejects.toThrow('broken');
  expect(await reads()).toBeGreaterThan(0);
  expect(await reads()).toBe(0);
});
