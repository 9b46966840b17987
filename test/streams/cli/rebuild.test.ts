import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lake, openStore } from '@feedlake/lake';
import { type AnyRow, type DatasetName, isoTime, rowJson } from '@feedlake/schema';
import type { VenueId } from '@feedlake/simulator';
import { describe, expect, test } from 'vitest';
import type { Workspace } from '../../support/cli.ts';
import { collect } from '../../support/lake.ts';
import { eventually, health, healthOf, lively, streamingWorkspace } from '../../support/streaming.ts';

const channels = ['trades', 'book_deltas', 'tickers', 'liquidations', 'candles'] as const;

/** Records all that an exchange streams, as rows and as it came, until there is some of each; `meanwhile` may interfere. */
async function recorded(
  exchange: VenueId,
  meanwhile: (space: Workspace, url: string) => Promise<void> = async () => {},
) {
  const quote = exchange === 'hyperliquid' || exchange === 'backpack' ? 'USDC' : 'USDT';
  const symbols = [`BTC-${quote}-PERP`, `ETH-${quote}-PERP`];
  const settings = {
    streamer: { raw: true },
    snapshots: { open_interest: { enabled: false }, funding_rates: { enabled: false } },
  };
  const options = exchange === 'hyperliquid' ? { options: { fast_books: true } } : {};
  // Hyperliquid tells the fills of all coins, and the last two thousand of them at once.
  const streams = { ...lively, ...(exchange === 'hyperliquid' && { liquidationsPerMinute: 1 }) };
  const space = await streamingWorkspace({ [exchange]: { symbols, channels, ...options } }, settings, { streams });
  const child = space.spawn(['up']);
  const url = await healthOf(child);
  await brings(url);
  await meanwhile(space, url);
  await brings(url);
  child.kill('SIGINT');
  expect((await child.ended).code).toBe(0);
  return space;
}

/** Waits until trades, books and tickers bring rows. */
function brings(url: string): Promise<void> {
  return eventually(async () => {
    const feeds = (await health(url)).feeds.filter(({ dataset }) =>
      ['trades', 'book_deltas', 'tickers'].includes(dataset),
    );
    return feeds.length === 3 && feeds.every(({ state, rows_per_second: rate }) => state === 'flowing' && rate > 0);
  }, 'rows');
}

async function rowsOf(lake: Lake, dataset: DatasetName, exchange: string): Promise<string[]> {
  const rows = await collect(lake.scan(dataset, { exchange }));
  return rows.map((row) => JSON.stringify(rowJson(dataset, row as AnyRow))).sort();
}

/** The files of a lake by their names, with what is in them. */
function files(folder: string): Record<string, string> {
  const names = readdirSync(join(folder, 'v1'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.parquet'),
  );
  return Object.fromEntries(
    names.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, 'v1', name)))
        .digest('hex'),
    ]),
  );
}

const rebuild = (space: Workspace, into: string, ...more: string[]) =>
  space.feedlake(['rebuild', '--from', 'raw', '--into', join(space.folder, into), ...more]);

async function rebuilt(space: Workspace, into: string, ...more: string[]) {
  const { code, stdout, stderr } = await rebuild(space, into, ...more);
  expect(code, stderr).toBe(0);
  return stdout;
}

async function expectSame(space: Workspace, exchange: string): Promise<void> {
  await rebuilt(space, 'rebuilt');
  const lake = new Lake(openStore(join(space.folder, 'rebuilt')), { writer: 'test' });
  for (const dataset of channels) {
    const before = await rowsOf(space.lake, dataset, exchange);
    const after = await rowsOf(lake, dataset, exchange);
    expect({ dataset, rows: after.length }).toEqual({ dataset, rows: before.length });
    expect(after).toEqual(before);
  }
  expect((await rowsOf(space.lake, 'trades', exchange)).length).toBeGreaterThan(0);
}

test.each(['binance', 'bybit', 'hyperliquid', 'backpack'] as const)(
  '%s: the rows that come of what was captured are those that were recorded',
  async (exchange) => {
    await expectSame(await recorded(exchange), exchange);
  },
);

test.each(['binance', 'bybit'] as const)('%s: also over a loss of all connections', async (exchange) => {
  const space = await recorded(exchange, async ({ simulator }, url) => {
    const gaps = async () => (await health(url)).feeds.reduce((sum, feed) => sum + feed.gaps_last_hour, 0);
    await simulator.faults.add({ kind: 'close-all', venue: exchange });
    await eventually(async () => (await gaps()) > 0, 'gaps');
  });
  await expectSame(space, exchange);
});

test('twice gives the same objects, byte for byte, and over each other nothing new', async () => {
  const space = await recorded('bybit');
  await rebuilt(space, 'one');
  await rebuilt(space, 'other');
  const [one, other] = ['one', 'other'].map((name) => files(join(space.folder, name)));
  expect(Object.keys(one ?? {}).length).toBeGreaterThanOrEqual(3);
  expect(other).toEqual(one);
  const again = await rebuilt(space, 'one', '--exchange', 'bybit');
  for (const line of again.trimEnd().split('\n').slice(1)) expect(line).toMatch(/^bybit +\w+ +\d[\d ]* +0 +1$/);
  expect(files(join(space.folder, 'one'))).toEqual(one);
});

test('only a part, by the time of receipt', async () => {
  const space = await recorded('binance');
  const raw = await collect(space.lake.scan('raw', { exchange: 'binance' }));
  const times = raw.map(({ ts_recv }) => ts_recv).sort();
  const middle = times[Math.floor(times.length / 2)] ?? 0;
  await rebuilt(space, 'first', '--to', isoTime(middle));
  await rebuilt(space, 'second', '--from-time', isoTime(middle));
  const trades = await Promise.all(
    ['lake', 'first', 'second'].map(async (name) => {
      const lake = new Lake(openStore(join(space.folder, name)), { writer: 'test' });
      return rowsOf(lake, 'trades', 'binance');
    }),
  );
  const [all = [], first = [], second = []] = trades;
  expect([...first, ...second].sort()).toEqual(all);
  expect(first.length).toBeGreaterThan(0);
});

describe('words', () => {
  test('a lake without messages: exit code 1, and the setting that keeps them', async () => {
    const space = await streamingWorkspace({ binance: {} });
    const { code, stderr } = await rebuild(space, 'rebuilt');
    expect(code).toBe(1);
    expect(stderr).toMatch(/no raw messages in the lake .*; streamer\.raw keeps them from now on/);
  });

  test('the same lake, other sources and unknown exchanges are refused', async () => {
    const space = await streamingWorkspace({ binance: {} });
    expect(await rebuild(space, 'lake')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('that is the lake that is read'),
    });
    expect((await rebuild(space, 'rebuilt', '--exchange', 'okx')).code).toBe(2);
    const other = await space.feedlake(['rebuild', '--from', 'trades', '--into', 'x']);
    expect(other).toMatchObject({ code: 2, stderr: 'feedlake: --from trades: rows are rebuilt from `raw`\n' });
  });
});
