import { readdirSync } from 'node:fs';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Lake, openStore, query, type Store, StoreError, snapshotName } from '@feedlake/lake';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compactAll, start as firstDay, namesIn, steppedStore } from '../support/compaction.ts';
import { countingStore } from '../support/counting-store.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { at, collect, openInterest, temporaryFolder, trade } from '../support/lake.ts';
import { type S3Server, startS3 } from '../support/radosgw.ts';
import { storeSuite } from '../support/store-suite.ts';

const start = at('2026-03-27T12:00:00Z');
let server: S3Server;
let prefixes = 0;

beforeAll(async () => {
  server = await startS3();
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'lake' }));
}, 120_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

/** A part of the bucket of its own. */
function newPrefix(): string {
  prefixes += 1;
  return `s3://lake/prefix-${prefixes}/deep`;
}

describe('a bucket', () => {
  storeSuite(async (): Promise<Store> => openStore(newPrefix(), { s3: { pageSize: 2 } }));

  it('is seen from its prefix on, and nothing beside it', async () => {
    const prefix = newPrefix();
    await openStore(`${prefix}/a`).create('x/one', new Uint8Array(1));
    await openStore(`${prefix}/ab`).create('x/two', new Uint8Array(1));
    expect(await collect(openStore(`${prefix}/a/`).list(''))).toEqual([{ key: 'x/one', size: 1 }]);
    expect(await openStore(`${prefix}/a`).folders('')).toEqual(['x']);
    expect((await collect(openStore('s3://lake').list(`${prefix.slice(10)}/`))).length).toBe(2);
  });

  it.each([
    ['no such bucket', 's3://no-such-bucket', {}, 'no_bucket', /create it, or correct the name/],
    ['a wrong key', 's3://lake', { AWS_SECRET_ACCESS_KEY: 'wrong' }, 'credentials', /set AWS_ACCESS_KEY_ID/],
    ['an unknown key', 's3://lake', { AWS_ACCESS_KEY_ID: 'unknown' }, 'credentials', /set AWS_ACCESS_KEY_ID/],
    ['no server', 's3://lake', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, 'unreachable', /AWS_ENDPOINT_URL/],
  ])('says what to change: %s', async (_case, location, environment, fault, message) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    try {
      const store = openStore(location);
      const attempts = [
        store.create('x', new Uint8Array(1)),
        store.read('x'),
        collect(store.list('')),
        store.folders(''),
        store.remove('x'),
      ];
      for (const attempt of await Promise.allSettled(attempts)) {
        const error = attempt.status === 'rejected' ? attempt.reason : null;
        expect(error).toBeInstanceOf(StoreError);
        expect(error).toMatchObject({ fault, message: expect.stringMatching(message) });
        expect(error.message).not.toContain('wrong');
      }
    } finally {
      for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    }
  });
});

describe('a bucket that is compacted', () => {
  /** Two writers that recorded the same, and a store that loses power at a change. */
  async function twoWriters() {
    const store = openStore(newPrefix(), { s3: { pageSize: 3 } });
    const lake = new Lake(store, { writer: 'test' });
    for (const writer of ['a', 'b']) {
      for (const part of [0, 1, 2]) {
        const rows = [0, 1].map((index) => trade(String(part * 2 + index), firstDay + part * 2 + index));
        await lake.write('trades', 'binance', `stream-${writer}-${part}`, rows);
      }
    }
    return { store, lake };
  }

  const ids = ['0', '1', '2', '3', '4', '5'];
  const idsIn = async (lake: Lake) =>
    (await collect(lake.scan('trades', { exchange: 'binance', columns: ['trade_id'] })))
      .map((row) => row.trade_id)
      .sort();

  it('has each fact once, killed at any change or beside another compaction', async () => {
    for (const dies of [1, 4]) {
      const { store, lake } = await twoWriters();
      let seen = 0;
      const dying = steppedStore(store, () => {
        seen += 1;
        if (seen > dies) throw new Error('killed');
      });
      await compactAll(dying);
      expect([...new Set(await idsIn(lake))], `killed at ${dies}`).toEqual(ids);
      await Promise.all([compactAll(store), compactAll(store)]);
      expect([...new Set(await idsIn(lake))], `killed at ${dies}, then two at once`).toEqual(ids);
      await compactAll(store);
      expect(await idsIn(lake), `killed at ${dies}, in the end`).toEqual(ids);
      expect(await namesIn(store)).toEqual([expect.stringMatching(/^_compact-/), expect.stringMatching(/^compact-/)]);
    }
  });
});

describe('creating an object', () => {
  it('is certain where the answer got lost: whoever created it is told so, anybody else is not', async () => {
    const prefix = newPrefix();
    await using front = await startFaultProxy(Number(new URL(server.environment.AWS_ENDPOINT_URL ?? '').port));
    const endpoint = `http://127.0.0.1:${front.port}`;
    const store = openStore(prefix, { s3: { endpoint, idleMs: 300 } });
    await store.create('first', new Uint8Array(10));
    // What it sends arrives, and the answer does not.
    front.mute();
    const created = store.create('x', new Uint8Array(1000));
    await vi.waitFor(async () => expect(await openStore(prefix).size('x')).toBe(1000), { timeout: 20_000 });
    front.speak();
    expect(await created).toBe('created');
    expect(await openStore(prefix).create('x', new Uint8Array(1000))).toBe('exists');
  });
});

describe('a lake in a bucket', () => {
  it('is written, scanned and queried as one in a folder; what was downloaded is not downloaded again', async () => {
    const { store, reads } = countingStore(openStore(newPrefix()));
    const lake = new Lake(store, { writer: 'test' });
    const rows = [
      openInterest(start, { open_interest: '0.12345678901234567890' }),
      openInterest(start + 86_400_000_000),
    ];
    for (let repeat = 0; repeat < 2; repeat += 1) {
      await lake.write('open_interest', 'binance', snapshotName(start), rows);
    }
    const scanned = await collect(lake.scan('open_interest', { exchange: 'binance', columns: ['open_interest'] }));
    expect(scanned.map((row) => row.open_interest)).toEqual(['0.12345678901234567890', '1234.5']);
    expect(await lake.lastTime('open_interest', 'binance', 'BTC-USDT-PERP')).toBe(start + 86_400_000_000);

    const cacheFolder = temporaryFolder();
    const sql = 'SELECT ts_event, open_interest FROM open_interest ORDER BY 1';
    const first = await query(lake, sql, { cacheFolder });
    expect(first.rows).toEqual([
      ['2026-03-27T12:00:00.000000Z', '0.12345678901234568'],
      ['2026-03-28T12:00:00.000000Z', '1234.5'],
    ]);
    reads.length = 0;
    expect(await query(lake, sql, { cacheFolder })).toEqual(first);
    expect(reads).toEqual([]);
    expect(readdirSync(cacheFolder)).toHaveLength(1);
    await expect(query(lake, sql)).rejects.toThrow(/needs a folder/);
  });
});
