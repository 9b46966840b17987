import { Lake, openStore, query, queryToParquet, type Store } from '@feedlake/lake';
import { day, minute } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { compactAll, start } from '../../support/compaction.ts';
import { collect, temporaryFolder, trade } from '../../support/lake.ts';

/** Two dates with four objects each. */
async function twoDates(): Promise<Store> {
  const store = openStore(temporaryFolder());
  const lake = new Lake(store, { writer: 'test' });
  for (const date of [0, 1]) {
    for (let part = 0; part < 4; part += 1) {
      const time = start + date * day + part * minute;
      await lake.write('trades', 'binance', `stream-${part}`, [trade(`${date}${part}`, time)]);
    }
  }
  return store;
}

/** A lake whose objects are compacted right before the n-th read of one of them. */
function compactedAt(store: Store, read: number, isBucket = true): { lake: Lake; wasCompacted: () => boolean } {
  let reads = 0;
  let wasCompacted = false;
  const changing: Store = {
    root: store.root,
    create: (key, bytes) => store.create(key, bytes),
    async read(key, range) {
      reads += 1;
      if (reads === read) {
        await compactAll(store);
        wasCompacted = true;
      }
      return store.read(key, range);
    },
    size: (key) => store.size(key),
    list: (folder) => store.list(folder),
    folders: (folder) => store.folders(folder),
    remove: (key) => store.remove(key),
    ...(isBucket ? {} : { localPath: (key: string) => store.localPath?.(key) ?? key }),
  };
  return { lake: new Lake(changing, { writer: 'reader' }), wasCompacted: () => wasCompacted };
}

const ids = ['00', '01', '02', '03', '10', '11', '12', '13'];

describe('what is compacted while it is read is read all the same:', () => {
  it('a scan, before it begins, between objects and dates', async () => {
    for (const read of [1, 2, 4, 5, 8]) {
      const { lake, wasCompacted } = compactedAt(await twoDates(), read);
      const rows = await collect(lake.scan('trades', { exchange: 'binance' }));
      expect(wasCompacted()).toBe(true);
      const found = rows.map(({ trade_id }) => trade_id);
      expect([...new Set(found)].sort(), `at read ${read}`).toEqual(ids);
      // Rows of the date at hand may come again, where some of them were given before.
      if (read === 1) expect(found.sort()).toEqual(ids);
    }
  });

  it('the last time', async () => {
    for (const read of [1, 3]) {
      const one = compactedAt(await twoDates(), read);
      expect(await one.lake.lastTime('trades', 'binance', 'BTC-USDT-PERP')).toBe(start + day + 3 * minute);
      expect(one.wasCompacted()).toBe(true);
    }
  });

  it('a query over a bucket', async () => {
    for (const read of [1, 8]) {
      const { lake, wasCompacted } = compactedAt(await twoDates(), read);
      const options = { cacheFolder: temporaryFolder() };
      const { rows } = await query(lake, 'select trade_id from trades order by 1', options);
      expect(wasCompacted()).toBe(true);
      expect(rows.flat()).toEqual(ids);
    }
  });

  it('a query over a folder', async () => {
    const store = await twoDates();
    const lake = new Lake(store, { writer: 'reader' });
    let listings = 0;
    const changing: Store = {
      ...wholeStore(store),
      async *list(folder) {
        const before = await collect(store.list(folder));
        listings += 1;
        yield* before;
        if (listings === 2) await compactAll(store);
      },
    };
    const other = new Lake(changing, { writer: 'reader' });
    const path = `${temporaryFolder()}/out.parquet`;
    expect(await queryToParquet(other, 'select * from trades', path)).toBe(8);
    expect(listings).toBeGreaterThan(2);
    expect((await query(lake, 'select count(*) from trades')).rows).toEqual([[8]]);
  });
});

function wholeStore(store: Store): Store {
  return {
    root: store.root,
    create: (key, bytes) => store.create(key, bytes),
    read: (key, range) => store.read(key, range),
    size: (key) => store.size(key),
    list: (folder) => store.list(folder),
    folders: (folder) => store.folders(folder),
    remove: (key) => store.remove(key),
    localPath: (key) => store.localPath?.(key) ?? key,
  };
}
