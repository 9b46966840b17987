/**
 * Sealing to S3: how many rows and bytes a second get from segments into a bucket, compared to bare uploads of the same bytes
 * in the same run, on a real S3 server near by and behind a way of 100 ms. Wants what `npm run test:s3` wants.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { openStore, Sealer, Spool, type Store } from '@feedlake/lake';
import { type DatasetName, now } from '@feedlake/schema';
import { startS3 } from '../support/radosgw.ts';
import { at, trade } from '../support/rows.ts';
import { seeded } from '../support/seeded.ts';

const segments = 4;
const rowsPerSegment = 100_000;
const exchanges = ['binance', 'bybit', 'hyperliquid', 'backpack'];
const symbols = Array.from({ length: 20 }, (_, index) => `S${index}-USDT-PERP`);
const delayMs = 100;
const atOnce = [1, 4, 16];
const random = seeded(1);

interface Sealed {
  readonly rows: number;
  readonly objects: number;
  readonly seconds: number;
  readonly bodies: readonly Uint8Array[];
  readonly bytes: number;
}

/** Segments as a streamer leaves them: trades and books of some exchanges, and candles, tickers and coverage. */
async function writeSegments(folder: string): Promise<string[]> {
  const closed: string[] = [];
  const spool = new Spool({
    folder,
    writer: 'bench',
    limits: { bytes: 1e9, rows: 1e9, ageMs: 1e9 },
    now,
    beforeEnd: () => undefined,
    onClosed: (path) => closed.push(path),
  });
  const start = at('2026-03-27T12:00:00Z');
  for (let segment = 0; segment < segments; segment += 1) {
    for (let row = 0; row < rowsPerSegment; row += 1) {
      const exchange = exchanges[row % exchanges.length] ?? '';
      const symbol = symbols[Math.floor(row / exchanges.length) % symbols.length] ?? '';
      const time = start + (segment * rowsPerSegment + row) * 1_000;
      const price = String(60_000 + Math.round(random() * 10_000) / 10);
      const size = String(Math.round(random() * 1e6) / 1000);
      const { trade_id, off_book, ...common } = trade(String(row), time, { exchange, symbol, price, size });
      const [dataset, more] = kindOf(row, time);
      spool.append(dataset, exchange, { ...common, ...(dataset === 'trades' ? { trade_id, off_book } : more) });
    }
    await spool.end();
  }
  return closed;
}

/** Mostly trades and books, and a little of what comes along. */
function kindOf(row: number, time: number): [DatasetName, object] {
  if (row % 100 < 4) return ['tickers', { last_price: '1' }];
  if (row % 100 < 8) {
    const times = { open_time: time, interval_seconds: 60 };
    return ['candles', { ...times, open: '1', high: '1', low: '1', close: '1', volume: '1', closed: true }];
  }
  if (row % 2 === 0) return ['book_deltas', { last_seq: row, is_snapshot: false, is_last: true, side: 'bid' }];
  return ['trades', {}];
}

/** Seals segments as the streamer does. */
async function seal(store: Store, endpoint: string, paths: readonly string[]): Promise<Sealed> {
  process.env.AWS_ENDPOINT_URL = endpoint;
  let rows = 0;
  const keys: string[] = [];
  const started = performance.now();
  const sealer = new Sealer({
    location: store.root,
    onSealed: (_path, sealed) => {
      for (const object of sealed.objects) {
        rows += object.rows;
        keys.push(object.key);
      }
    },
    onFailed: (path, failure) => {
      throw new Error(`${path}: ${failure.message}`);
    },
  });
  for (const path of paths) sealer.add(path);
  await sealer.settled();
  const seconds = (performance.now() - started) / 1000;
  await sealer.close();
  const bodies: Uint8Array[] = [];
  for (const key of keys) bodies.push(await store.read(key));
  return { rows, objects: keys.length, seconds, bodies, bytes: bodies.reduce((sum, { length }) => sum + length, 0) };
}

/** Uploads the same bytes, so many at once; gives the seconds. */
async function upload(store: Store, bodies: readonly Uint8Array[], parallel: number): Promise<number> {
  const waiting = [...bodies.entries()];
  const started = performance.now();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await store.create(`${next[0]}`, next[1]);
    }),
  );
  return (performance.now() - started) / 1000;
}

/** A way to a server that takes so long, there and back. */
async function distant(port: number): Promise<{ port: number; close: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from.setNoDelay());
      from.on('data', (chunk) => setTimeout(() => to.write(chunk), delayMs / 2));
      from.on('close', () => setTimeout(() => to.destroy(), delayMs));
      from.on('error', () => undefined);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close };
}

const server = await startS3();
const folder = await mkdtemp(join(tmpdir(), 'feedlake-bench-'));
try {
  Object.assign(process.env, server.environment);
  const near = server.environment.AWS_ENDPOINT_URL ?? '';
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'lake' }));
  const far = await distant(Number(new URL(near).port));
  for (const [name, endpoint] of [
    ['near', near],
    [`${delayMs} ms away`, `http://127.0.0.1:${far.port}`],
  ] as const) {
    const place = `s3://lake/${name.replaceAll(' ', '-')}`;
    const open = (prefix: string) => openStore(`${place}/${prefix}`, { s3: { endpoint } });
    const sealed = await seal(open('lake'), endpoint, await writeSegments(join(folder, name)));
    const { rows, objects, seconds, bytes } = sealed;
    const rate = (took: number) => `${(bytes / 1e6 / took).toFixed(2)} MB/s, ${(objects / took).toFixed(1)} objects/s`;
    const each = `${((1000 * seconds) / segments).toFixed(0)} ms a segment`;
    process.stdout.write(
      `${name}: ${segments} segments, ${rows} rows, ${objects} objects, ${(bytes / 1e6).toFixed(1)} MB\n` +
        `  sealed: ${seconds.toFixed(2)} s, ${Math.round(rows / seconds)} rows/s, ${rate(seconds)}, ${each}\n`,
    );
    for (const parallel of atOnce) {
      const took = await upload(open(`bare-${parallel}`), sealed.bodies, parallel);
      process.stdout.write(`  bare uploads, ${parallel} at once: ${took.toFixed(2)} s, ${rate(took)}\n`);
    }
  }
  far.close();
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
