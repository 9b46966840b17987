import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lake, openStore, query, queryToParquet, type Store } from '@feedlake/lake';
import { expect, it } from 'vitest';
import { at, temporaryFolder, trade } from '../../support/lake.ts';

const noon = at('2026-03-27T12:00:00Z');

/** Three files; the second is the one to be damaged. */
async function threeFiles() {
  const store = openStore(temporaryFolder());
  const lake = new Lake(store, { writer: 'test' });
  for (const part of [0, 1, 2]) {
    const rows = Array.from({ length: 1000 }, (_, index) => trade(`${part}-${index}`, noon + index));
    await lake.write('trades', 'binance', `segment-${part}`, rows);
  }
  const path = join(store.root, 'v1/trades/exchange=binance/date=2026-03-27/segment-1.parquet');
  return { lake, path, good: readFileSync(path) };
}

function changed(bytes: Buffer, from: number, to: number): Buffer {
  const copy = Buffer.from(bytes);
  for (let index = from; index < to; index += 1) copy[index] = (copy[index] ?? 0) ^ 0xff;
  return copy;
}

const footerAt = (bytes: Buffer) => bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);

const damages: [string, (good: Buffer) => Buffer][] = [
  ['is empty', () => Buffer.alloc(0)],
  ['ends half-way', (good) => good.subarray(0, good.length >> 1)],
  ['has a footer of another length', (good) => changed(good, good.length - 8, good.length - 5)],
  // Of these two DuckDB does not say in which file.
  ['has a footer that makes no sense', (good) => changed(good, footerAt(good), footerAt(good) + 40)],
  ['has a header of a page that makes no sense', (good) => changed(good, 4, 12)],
  ['has bytes in a page that do not unpack', (good) => changed(good, 40, footerAt(good) >> 1)],
];

it.each(damages)('a file that %s is named, with what to do', async (_, damage) => {
  const { lake, path, good } = await threeFiles();
  writeFileSync(path, damage(good));
  const said = { name: 'QueryError', message: expect.stringContaining(`${path} can't be read as Parquet (`) };
  const failure = query(lake, 'SELECT * FROM trades');
  await expect(failure).rejects.toMatchObject(said);
  await expect(failure).rejects.toThrow(/\): move it out of the lake$/);
  await expect(queryToParquet(lake, 'SELECT * FROM trades', join(temporaryFolder(), 'x'))).rejects.toMatchObject(said);
});

it('a damaged copy of an object of a bucket is not taken for a damaged object', async () => {
  const { lake, good } = await threeFiles();
  const { store } = lake;
  const bucket: Store = {
    root: store.root,
    create: (key, bytes) => store.create(key, bytes),
    read: (key, range) => store.read(key, range),
    size: (key) => store.size(key),
    list: (folder) => store.list(folder),
    folders: (folder) => store.folders(folder),
    remove: (key) => store.remove(key),
  };
  const cacheFolder = temporaryFolder();
  const count = () => query(new Lake(bucket, { writer: 'test' }), 'SELECT count(price) FROM trades', { cacheFolder });
  expect((await count()).rows).toEqual([[3000]]);
  const copy = readdirSync(cacheFolder, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('segment-1.parquet'),
  );
  writeFileSync(join(cacheFolder, copy ?? ''), changed(good, good.length - 20, good.length));
  await expect(count()).rejects.toThrow(
    /segment-1.parquet can't be read as Parquet .*: remove this copy and query again/,
  );
});

it('what is wrong with a query is not put down to its files', async () => {
  const { lake } = await threeFiles();
  for (const [sql, message] of [
    ["SELECT error('boom') FROM trades", 'Invalid Input Error: boom'],
    ['SELECT trade_id::INTEGER FROM trades', /^Conversion Error: .*column trade_id/],
    ["SELECT error('corrupt') FROM trades", /corrupt \(each of the 3 files of the lake .* can be read by itself\)$/],
  ] as const) {
    await expect(query(lake, sql)).rejects.toThrow(message);
  }
});
