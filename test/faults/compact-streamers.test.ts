import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readBook, rebuild } from '@feedlake/collector';
import type { ConfigInput } from '@feedlake/config';
import { nativeAdapters } from '@feedlake/exchanges';
import { Lake, openStore, query } from '@feedlake/lake';
import { datasets, day, now } from '@feedlake/schema';
import { startSimulator } from '@feedlake/simulator';
import { expect, test } from 'vitest';
import { compactAll } from '../support/compaction.ts';
import { temporaryFolder } from '../support/lake.ts';
import { compare } from './compare.ts';
import { rowsOf, symbols, timelinesOf } from './recording.ts';

const venues = ['binance', 'bybit'] as const;
const channels = ['trades', 'book_deltas', 'liquidations'] as const;

test('two streamers that overlap, one killed: after compaction every message is in the files once', async () => {
  const folder = temporaryFolder();
  const simulator = await startSimulator({
    venues: [...venues],
    symbols: 8,
    enforceLimits: false,
    streams: { tradesPerSecond: 20, booksPerSecond: 5, liquidationsPerMinute: 120 },
  });
  const configOf = (writer: string): ConfigInput => ({
    lake: join(folder, 'lake'),
    state_dir: join(folder, `state-${writer}`),
    exchanges: Object.fromEntries(
      venues.map((venue) => [
        venue,
        {
          symbols: [...symbols[venue]],
          channels: [...channels],
          endpoints: { rest: simulator.urls[venue], websocket: simulator.wsUrls[venue] },
        },
      ]),
    ),
    streamer: { writer, segment: { max_age: '1s' }, raw: true },
  });
  try {
    const first = start(configOf('one'), folder);
    await reached(first, 'flushed', 15);
    const second = start(configOf('two'), folder);
    await reached(second, 'flushed', 20);
    const from = now();
    await reached(second, 'flushed', 10);
    first.process.kill('SIGKILL');
    await first.ended;
    await reached(second, 'flushed', 10);
    // It comes back, brings what it had left, and takes over.
    const third = start(configOf('one'), folder);
    await reached(third, 'flushed', 30);
    second.process.kill('SIGTERM');
    await reached(second, 'complete', 1);
    await reached(third, 'flushed', 10);
    const to = now();
    await reached(third, 'flushed', 10);
    third.process.kill('SIGTERM');
    await reached(third, 'complete', 1);
    await Promise.all([second.ended, third.ended]);

    const store = openStore(join(folder, 'lake'));
    const lake = new Lake(store, { writer: 'reader' });
    const doubled = await counts(folder, 'trades');
    expect(doubled.rows, 'both recorded a part of it').toBeGreaterThan(doubled.facts);
    const before = { books: await books(lake, from, to), rebuilt: await rebuilt(lake) };
    expect(before.books.filter((book) => book.includes('"known":true')).length).toBeGreaterThan(4);
    expect(before.rebuilt.length).toBeGreaterThan(1);
    const compacted = await compactAll(store, { now: to + 2 * day });
    expect(compacted.filter(({ outcome }) => outcome !== 'compacted')).toEqual([]);
    expect(await books(lake, from, to), 'books are the same').toEqual(before.books);
    expect(await rebuilt(lake), 'what is rebuilt from raw messages is the same').toEqual(before.rebuilt);
    for (const venue of venues) {
      for (const dataset of channels) {
        const recorded = {
          venue,
          simulator,
          clock: { now: () => to },
          rows: (name: Parameters<typeof rowsOf>[2]) => rowsOf(lake, venue, name),
          timelines: (since: number) => timelinesOf(lake, venue, { from: since, to }),
        };
        const found = await compare(recorded, dataset, from);
        const what = `${venue} ${dataset}`;
        expect(found.owed, what).toBeGreaterThan(0);
        expect(found.lost, `${what}: lost, reported or not`).toBe(0);
        expect(found.doubled, `${what}: doubled`).toEqual([]);
        expect(found.invented, `${what}: invented`).toEqual([]);
      }
    }
    for (const dataset of channels) {
      const { rows, facts, superfluous } = await counts(folder, dataset);
      expect(rows, `${dataset}: each fact once, in the files themselves`).toBe(facts);
      expect(superfluous, `${dataset}: more files than dates`).toBe(0);
    }
  } finally {
    await simulator.close();
  }
});

/** The books of all instruments at some moments, as texts. */
async function books(lake: Lake, from: number, to: number): Promise<string[]> {
  const found: string[] = [];
  for (const exchange of venues) {
    const adapter = nativeAdapters[exchange];
    if (adapter === undefined) throw new TypeError(exchange);
    for (const symbol of ['BTC-USDT-PERP', 'ETH-USDT-PERP']) {
      for (const part of [0.2, 0.5, 0.9]) {
        const at = Math.round(from + (to - from) * part);
        found.push(JSON.stringify(await readBook({ lake, exchange, adapter, symbol }, at)));
      }
    }
  }
  return found;
}

/** The objects that are rebuilt from the raw messages of an exchange: their names, and what is in them. */
async function rebuilt(source: Lake): Promise<string[]> {
  const exchange = venues[0];
  const adapter = nativeAdapters[exchange];
  if (adapter === undefined) throw new TypeError(exchange);
  const target = new Lake(openStore(temporaryFolder()), { writer: 'rebuild' });
  const range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const signal = new AbortController().signal;
  await rebuild({ source, target, exchange, adapter, symbols: 'all', range, signal });
  const files: string[] = [];
  for await (const { key } of target.objects()) {
    const content = createHash('sha256').update(await target.store.read(key));
    files.push(`${key} ${content.digest('hex')}`);
  }
  return files;
}

/** Rows, facts by their natural key, and files beyond one a date, of a dataset as anybody finds them who reads the folder. */
async function counts(folder: string, dataset: (typeof channels)[number]) {
  const nowhere = new Lake(openStore(temporaryFolder()), { writer: 'reader' });
  const files = `${folder}/lake/v1/${dataset}/exchange=*/date=*/*.parquet`;
  const from = `from read_parquet('${files}', hive_partitioning = false, filename = true)`;
  const facts = `select count(*) from (select distinct ${datasets[dataset].key.join(', ')} ${from})`;
  const perDate = `count(distinct filename) - count(distinct regexp_replace(filename, '[^/]*$', ''))`;
  const sql = `select count(*), (${facts}), ${perDate} ${from}`;
  const [row = []] = (await query(nowhere, sql)).rows;
  return { rows: Number(row[0]), facts: Number(row[1]), superfluous: Number(row[2]) };
}

interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly words: AsyncIterator<string>;
}

function start(code: ConfigInput, folder: string): Child {
  const script = join(import.meta.dirname, 'streamer-process.ts');
  const child = spawn(process.execPath, [script, JSON.stringify({ code, folder })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const words = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { process: child, ended: once(child, 'exit'), words };
}

/** Waits until a process has come to something so many times. */
async function reached({ words }: Child, moment: string, times: number): Promise<void> {
  for (let left = times; left > 0; ) {
    const { value, done } = await words.next();
    if (done) throw new Error(`it ended before it had ${moment}`);
    if (value === moment) left -= 1;
  }
}
