import { setImmediate } from 'node:timers/promises';
import { Streamer } from '@feedlake/collector';
import { type ConfigInput, loadConfig } from '@feedlake/config';
import { nativeOptions } from '@feedlake/exchanges';
import { Lake, openStore, query } from '@feedlake/lake';
import { now } from '@feedlake/schema';
import { type Simulator, startSimulator } from '@feedlake/simulator';
import { silentLogger } from '@feedlake/telemetry';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/lake.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { symbols, timelinesOf } from './recording.ts';

const channels = ['trades', 'book_deltas', 'liquidations', 'tickers'] as const;

test('two streamers on one feed: the union has each fact once, and what one lacks the other has', async () => {
  const folder = temporaryFolder();
  const clock = new ManualClock(now());
  const simulator = await startSimulator({
    venues: ['binance'],
    symbols: 8,
    now: () => clock.now(),
    streams: { tradesPerSecond: 5, booksPerSecond: 5, liquidationsPerMinute: 20 },
  });
  const open = (writer: string) => opened(simulator, folder, writer, clock);
  const first = await open('one');
  await pass(clock, simulator, 10);
  const second = await open('two');
  await pass(clock, simulator, 15);
  // A rolling deploy: the old one ends, the new one has been up for a while.
  await close(first, clock, simulator);
  await pass(clock, simulator, 10);
  await close(second, clock, simulator);
  const lake = new Lake(openStore(`${folder}/lake`), { writer: 'reader' });
  const physical = await count(lake, 'trades');
  const { rows } = await query(
    lake,
    'select symbol, count(*), min(trade_id::bigint), max(trade_id::bigint) from trades group by all',
  );
  expect(rows).toHaveLength(2);
  for (const [symbol, facts, least, most] of rows) {
    expect(facts, `${symbol}: each number once, none left out`).toBe(Number(most) - Number(least) + 1);
  }
  const facts = rows.reduce((sum, [, each]) => sum + Number(each), 0);
  expect(physical, 'both recorded a part of it').toBeGreaterThan(facts);
  await simulator.close();
});

test('a rolling deploy under one name, each on a disk of its own: nothing is lost, and no gap is told', async () => {
  const folder = temporaryFolder();
  const clock = new ManualClock(now());
  const simulator = await startSimulator({
    venues: ['binance'],
    symbols: 8,
    now: () => clock.now(),
    streams: { tradesPerSecond: 5, booksPerSecond: 5, liquidationsPerMinute: 20 },
  });
  const old = await opened(simulator, folder, '0-a', clock, 'old');
  await pass(clock, simulator, 10);
  const from = clock.now();
  const next = await opened(simulator, folder, '0-a', clock, 'next');
  await pass(clock, simulator, 15);
  await close(old, clock, simulator);
  await pass(clock, simulator, 10);
  const to = clock.now();
  // A gap at the end begins at a feed's last message, so the last moments are not asked about.
  await pass(clock, simulator, 5);
  await close(next, clock, simulator);
  const lake = new Lake(openStore(`${folder}/lake`), { writer: 'reader' });
  const timelines = await timelinesOf(lake, 'binance', { from, to });
  expect(new Set(timelines.map(({ dataset }) => dataset))).toEqual(new Set(channels));
  for (const { dataset, symbol, stretches } of timelines) {
    const lacking = stretches.filter(({ state }) => state !== 'covered');
    expect(lacking, `${dataset} of ${symbol}`).toEqual([]);
  }
  const sql = 'select symbol, count(*), min(trade_id::bigint), max(trade_id::bigint) from trades group by all';
  const { rows } = await query(lake, sql);
  expect(rows).toHaveLength(2);
  for (const [symbol, facts, least, most] of rows) {
    expect(facts, `${symbol}: each number once, none left out`).toBe(Number(most) - Number(least) + 1);
  }
  await simulator.close();
});

async function opened(
  simulator: Simulator,
  folder: string,
  writer: string,
  clock: ManualClock,
  state = writer,
): Promise<Streamer> {
  const code: ConfigInput = {
    lake: `${folder}/lake`,
    state_dir: `${folder}/state-${state}`,
    streamer: { writer },
    exchanges: {
      binance: {
        symbols: [...symbols.binance],
        channels: [...channels],
        endpoints: { rest: simulator.urls.binance, websocket: simulator.wsUrls.binance },
      },
    },
  };
  const { config } = loadConfig({ environment: {}, folder, code, extensions: nativeOptions });
  const streamer = await Streamer.open({ config, exchanges: ['binance'], logger: silentLogger, clock });
  streamer.start();
  return streamer;
}

/** Lets so many seconds pass, for the exchange and for the streamers. */
async function pass(clock: ManualClock, simulator: Simulator, seconds: number): Promise<void> {
  for (let left = seconds * 1000; left > 0; left -= 200) {
    await clock.advance(200);
    await simulator.advance(0);
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
  }
}

async function close(streamer: Streamer, clock: ManualClock, simulator: Simulator): Promise<void> {
  let done = false;
  const closing = streamer.close(60_000).finally(() => {
    done = true;
  });
  while (!done) {
    await clock.advance(50);
    await simulator.advance(0);
    await setImmediate();
  }
  expect(await closing).toBe(true);
}

/** Rows as they stand in the objects, doubles included. */
async function count(lake: Lake, dataset: 'trades'): Promise<number> {
  let rows = 0;
  for await (const _row of lake.scan(dataset, { exchange: 'binance', columns: ['trade_id'] })) rows += 1;
  return rows;
}
