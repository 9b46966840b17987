import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Spawned } from '../../support/cli.ts';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { change, eventually, health, healthOf, none, saying, streamingWorkspace } from '../../support/streaming.ts';

const symbols = ['BTC-USDT-PERP', 'ETH-USDT-PERP'];
const channels = ['trades', 'book_deltas', 'tickers', 'liquidations'];

/** Waits until every feed of an instance flows and brings rows. */
async function flowing(url: string): Promise<void> {
  let last = '';
  await eventually(
    async () => {
      const { feeds, status } = await health(url);
      last = JSON.stringify({ status, feeds }, null, 1);
      return (
        feeds.length > 0 && feeds.every(({ state, rows_per_second }) => state === 'flowing' && rows_per_second > 0)
      );
    },
    () => last,
  );
}

async function stopped(child: Spawned, signal: NodeJS.Signals = 'SIGINT') {
  const began = performance.now();
  child.kill(signal);
  const { code, stderr } = await child.ended;
  expect(performance.now() - began).toBeLessThan(10_000);
  return { code, stderr };
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'streams into the lake, tells how it fares, and ends with 0 at %s',
  async (signal) => {
    const space = await streamingWorkspace({ binance: { symbols, channels }, bybit: { symbols, channels } });
    const child = space.spawn(['up']);
    const url = await healthOf(child);
    await flowing(url);
    const report = await health(url);
    expect(report).toMatchObject({ status: 'ok', ready: true, problems: [] });
    expect(report.feeds.map(({ exchange, dataset, symbols: count }) => `${exchange} ${dataset} ${count}`)).toEqual(
      ['binance', 'bybit'].flatMap((id) => channels.map((dataset) => `${id} ${dataset} 2`)),
    );
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^feedlake_rows_total\{exchange="binance",dataset="trades"\} [1-9]\d*$/m);
    expect(metrics).toMatch(/^feedlake_websocket_connections\{exchange="bybit",route="\w+",proxy="direct"\} 1$/m);
    const { code, stderr } = await stopped(child, signal);
    expect(code).toBe(0);
    expect(stderr).toContain('ended: what was received is in the lake');
    expect(readdirSync(join(space.folder, 'state', 'spool'))).toEqual([]);
    expect(existsSync(join(space.folder, 'state', 'instance.json'))).toBe(false);
    for (const exchange of ['binance', 'bybit']) {
      const coverage = await collect(space.lake.scan('coverage', { exchange }));
      for (const dataset of channels) {
        const rows = await collect(space.lake.scan(dataset as 'trades', { exchange }));
        const told = coverage.filter((row) => row.dataset === dataset && row.state === 'covered');
        const counted = told.reduce((sum, row) => sum + (row.rows ?? 0), 0);
        expect(rows.length, `${exchange} ${dataset}`).toBeGreaterThan(0);
        // Until all that a dataset consists of is there, rows are stored and not called covered.
        const isWhole = dataset === 'trades' || dataset === 'liquidations';
        if (!isWhole) expect(counted).toBeLessThanOrEqual(rows.length);
        else expect(counted, `${exchange} ${dataset}`).toBe(rows.length);
      }
    }
  },
);

test('a second one in the same state_dir ends at once and says what to change', async () => {
  const space = await streamingWorkspace({ binance: { symbols, channels: ['trades'] } });
  const first = space.spawn(['up']);
  const url = await healthOf(first);
  const { code, stderr } = await space.spawn(['up']).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^feedlake: an instance runs in state_dir state already \(process \d+ since .*, http:.*\/health\): /,
  );
  for (const setting of ['state_dir', 'streamer.writer', 'health.port']) expect(stderr).toContain(setting);
  await flowing(url);
  expect((await stopped(first)).code).toBe(0);
});

test('after kill -9 the next one takes up what was left, and the gap is told', async () => {
  const streamer = { sync_interval: '50ms' };
  const space = await streamingWorkspace({ binance: { symbols, channels: ['trades'] } }, { streamer });
  const killed = space.spawn(['up']);
  const url = await healthOf(killed);
  await eventually(async () => ((await health(url)).segments?.open.rows ?? 0) > 20, 'rows on disk');
  killed.kill('SIGKILL');
  await killed.ended;
  expect(existsSync(join(space.folder, 'state', 'instance.json'))).toBe(true);
  const next = space.spawn(['up']);
  await saying(next, 'the last run ended without notice: what it left behind is taken up');
  await flowing(await healthOf(next));
  expect((await stopped(next)).code).toBe(0);
  const rows = await collect(space.lake.scan('trades', { exchange: 'binance' }));
  const ids = rows.map((row) => `${row.symbol} ${row.trade_id}`);
  expect(new Set(ids).size).toBe(ids.length);
  const coverage = await collect(space.lake.scan('coverage', { exchange: 'binance' }));
  const crash = coverage.filter((row) => row.cause === 'crash');
  expect(crash.map((row) => row.symbol).sort()).toEqual(symbols);
});

test('of a run that was killed the next one knows where it ended, though another was killed in between', async () => {
  const streamer = { sync_interval: '50ms' };
  const space = await streamingWorkspace({ bybit: { symbols, channels: ['trades'] } }, { streamer });
  const clean = space.spawn(['up']);
  await flowing(await healthOf(clean));
  expect((await stopped(clean)).code).toBe(0);
  const killed = space.spawn(['up']);
  const url = await healthOf(killed);
  await eventually(async () => ((await health(url)).segments?.open.rows ?? 0) > 20, 'rows on disk');
  killed.kill('SIGKILL');
  await killed.ended;
  await space.simulator.faults.add({ kind: 'refuse', venue: 'bybit' });
  const between = space.spawn(['up']);
  const blind = await healthOf(between);
  await eventually(
    async () => ((await health(blind)).segments?.last_written ?? null) !== null,
    () => between.said(),
  );
  between.kill('SIGKILL');
  await between.ended;
  await space.simulator.faults.clear();
  const last = space.spawn(['up']);
  await flowing(await healthOf(last));
  expect((await stopped(last)).code).toBe(0);
  const rows = await collect(space.lake.scan('coverage', { exchange: 'bybit' }));
  for (const symbol of symbols) {
    const own = rows.filter((row) => row.symbol === symbol).sort((a, b) => a.from_time - b.from_time);
    // Those between runs are about no topic.
    const between = own.filter(({ state, detail }) => state === 'gap' && detail === 'stream');
    expect(between.map(({ cause }) => cause)).toEqual(['shutdown', 'crash']);
    const covered = own.filter(
      ({ state, from_time }) => state === 'covered' && from_time < (between[1]?.from_time ?? 0),
    );
    expect(Math.max(...covered.map(({ to_time }) => to_time))).toBeLessThanOrEqual(between[1]?.from_time ?? 0);
  }
});

test('of a run that was killed between two segments the next one knows where it ended', async () => {
  const streamer = { sync_interval: '50ms', segment: { max_age: '500ms' } };
  const space = await streamingWorkspace({ bybit: { symbols, channels: ['trades'] } }, { streamer });
  const clean = space.spawn(['up']);
  await flowing(await healthOf(clean));
  expect((await stopped(clean)).code).toBe(0);
  const killed = space.spawn(['up']);
  const url = await healthOf(killed);
  const written = async () => (await health(url)).segments?.last_written ?? null;
  await eventually(async () => (await written()) !== null, 'a segment in the lake');
  const first = await written();
  await eventually(async () => (await written()) !== first, 'another one');
  killed.kill('SIGKILL');
  await killed.ended;
  // As if nothing had come since the last segment was closed.
  const spool = join(space.folder, 'state', 'spool');
  for (const name of readdirSync(spool)) rmSync(join(spool, name), { recursive: true });
  const last = space.spawn(['up']);
  await flowing(await healthOf(last));
  expect((await stopped(last)).code).toBe(0);
  const rows = await collect(space.lake.scan('coverage', { exchange: 'bybit' }));
  for (const symbol of symbols) {
    const own = rows.filter((row) => row.symbol === symbol).sort((a, b) => a.from_time - b.from_time);
    const between = own.filter(({ state, detail }) => state === 'gap' && detail === 'stream');
    expect(between.map(({ cause }) => cause)).toEqual(['shutdown', 'crash']);
    const [first, second] = between;
    const covered = own.filter(({ state, from_time }) => state === 'covered' && from_time < (second?.from_time ?? 0));
    expect(Math.max(...covered.map(({ to_time }) => to_time))).toBeGreaterThan(first?.to_time ?? Number.NaN);
    expect(Math.max(...covered.map(({ to_time }) => to_time))).toBeLessThanOrEqual(second?.from_time ?? 0);
  }
});

test.each([
  { venue: 'bybit', dataset: 'trades', wanted: symbols, told: symbols },
  // Its liquidations come by one feed for all symbols.
  { venue: 'hyperliquid', dataset: 'liquidations', wanted: ['BTC-USDC-PERP'], told: [null] },
] as const)(
  'after a run in which $venue could not be reached, all of the time since the one before is a gap',
  async (about) => {
    const { venue, dataset, wanted, told } = about;
    const space = await streamingWorkspace({ [venue]: { symbols: [...wanted], channels: [dataset] } });
    const first = space.spawn(['up']);
    await flowing(await healthOf(first));
    expect((await stopped(first)).code).toBe(0);
    await space.simulator.faults.add({ kind: 'refuse', venue });
    const second = space.spawn(['up']);
    const url = await healthOf(second);
    await eventually(async () => (await health(url)).feeds.some(({ state }) => state === 'interrupted'), 'an account');
    await stopped(second);
    await space.simulator.faults.clear();
    const third = space.spawn(['up']);
    await flowing(await healthOf(third));
    expect((await stopped(third)).code).toBe(0);
    const rows = await collect(space.lake.scan('coverage', { exchange: venue }));
    for (const symbol of told) {
      const own = rows.filter((row) => (row.symbol ?? null) === symbol).sort((a, b) => a.from_time - b.from_time);
      expect(own.some(({ cause }) => cause === 'shutdown')).toBe(true);
      own.reduce((end, { from_time, to_time }) => {
        expect(from_time, symbol ?? 'all').toBeLessThanOrEqual(end);
        return Math.max(end, to_time);
      }, own[0]?.from_time ?? Number.NaN);
    }
  },
);

test('runs that can not list the instruments at first tell of no time before they were', async () => {
  const space = await streamingWorkspace({ bybit: { symbols, channels: ['trades'] } });
  const begun = Date.now() * 1000;
  for (const _run of ['first', 'second']) {
    await space.simulator.faults.add({ kind: 'refuse', venue: 'bybit' });
    const child = space.spawn(['up']);
    const url = await healthOf(child);
    await eventually(async () => (await health(url)).feeds.some(({ state }) => state === 'interrupted'), 'an account');
    await space.simulator.faults.clear();
    await flowing(url);
    expect((await stopped(child)).code).toBe(0);
  }
  const rows = await collect(space.lake.scan('coverage', { exchange: 'bybit' }));
  expect(rows.some(({ symbol, state }) => symbol === null && state === 'gap')).toBe(true);
  expect(Math.min(...rows.map(({ from_time }) => from_time))).toBeGreaterThan(begun);
});

test('an outage shows in the health, with its cause, and passes', async () => {
  const space = await streamingWorkspace({ bybit: { symbols, channels: ['trades'] } });
  const child = space.spawn(['up']);
  const url = await healthOf(child);
  await flowing(url);
  await space.simulator.faults.add({ kind: 'refuse', venue: 'bybit' });
  await space.simulator.faults.add({ kind: 'close-all', venue: 'bybit' });
  await eventually(async () => (await health(url)).status === 'failing', 'an outage');
  const [feed] = (await health(url)).feeds;
  expect(feed).toMatchObject({ state: 'interrupted', cause: 'disconnect', gaps_last_hour: 2 });
  expect((await fetch(`${url}/health`)).status).toBe(503);
  await space.simulator.faults.clear();
  await flowing(url);
  expect((await stopped(child)).code).toBe(0);
});

test('blocked from the beginning: what can be polled is, the rest is told with its cause', async () => {
  const wanted = ['trades', 'liquidations'];
  const space = await streamingWorkspace({ binance: { symbols, channels: wanted } });
  await space.simulator.faults.add({ kind: '451', venue: 'binance', match: /websocket$/ });
  const child = space.spawn(['up']);
  const url = await healthOf(child);
  const states = async () => (await health(url)).feeds.map(({ state, cause }) => [state, cause]);
  await eventually(
    async () => (await states())[0]?.[0] === 'polled',
    () => child.said(),
  );
  expect(await states()).toEqual([
    ['polled', null],
    ['blocked', 'blocked'],
  ]);
  expect((await stopped(child)).code).toBe(0);
  const coverage = await collect(space.lake.scan('coverage', { exchange: 'binance' }));
  const lacking = coverage.filter(({ dataset, state }) => dataset === 'liquidations' && state === 'gap');
  expect(lacking.map(({ symbol, cause }) => `${symbol} ${cause}`).sort()).toEqual(
    symbols.map((one) => `${one} blocked`),
  );
});

test('where a lake takes nothing, all stays on disk, and the next start brings it there', async () => {
  const streamer = { stop_timeout: '3s' };
  const space = await streamingWorkspace({ binance: { symbols, channels: ['trades'] } }, { streamer });
  writeFileSync(join(space.folder, 'lake'), 'no folder');
  const child = space.spawn(['up']);
  const url = await healthOf(child);
  await flowing(url);
  const began = performance.now();
  const { code, stderr } = await stopped(child);
  expect(code).toBe(3);
  expect(performance.now() - began).toBeLessThan(7_500);
  expect(stderr).toContain("the lake can't be written to");
  expect(stderr).toContain('not all of it is in the lake: the rest is on disk');
  const left = readdirSync(join(space.folder, 'state', 'spool'));
  expect(left).toHaveLength(1);
  rmSync(join(space.folder, 'lake'));
  const next = space.spawn(['up']);
  await flowing(await healthOf(next));
  await eventually(
    () => !existsSync(join(space.folder, 'state', 'spool', left[0] ?? '')),
    'the old segment in the lake',
  );
  expect((await stopped(next)).code).toBe(0);
});

test('scheduled snapshots are taken, and without channels it says that there are no others', async () => {
  const snapshots = { ...none, open_interest: { every: '1h' } };
  const space = await streamingWorkspace({ binance: { symbols } }, { snapshots });
  const child = space.spawn(['up']);
  await saying(
    child,
    'only snapshots are taken: no exchange has channels (exchanges.<id>.channels: [trades] adds streams)',
  );
  await saying(child, 'binance open_interest: 2 rows');
  const report = await health(await healthOf(child));
  expect(report).toMatchObject({ status: 'ok', feeds: [], segments: null });
  expect(report.schedules).toMatchObject([{ exchange: 'binance', dataset: 'open_interest', last_result: 'done' }]);
  expect((await stopped(child)).code).toBe(0);
  expect(await collect(space.lake.scan('open_interest', { exchange: 'binance' }))).toHaveLength(2);
});

test('nothing to do: exit code 2 and an example', async () => {
  const space = await streamingWorkspace({ binance: {} });
  const { code, stderr } = await space.feedlake(['up']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^feedlake: there is nothing to do: no exchange has channels, and no snapshots are taken/);
  expect(stderr).toMatch(/channels: \[trades, liquidations\]/);
});

test('a port that is taken is named by its setting', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const space = await streamingWorkspace({ binance: { symbols, channels: ['trades'] } });
  change(space, (settings) => ({ ...settings, health: { port } }));
  const { code, stderr } = await space.spawn(['up']).ended;
  expect(code).toBe(1);
  expect(stderr).toContain(`feedlake: health.port: port ${port} of 127.0.0.1 is taken`);
  expect(existsSync(join(space.folder, 'state', 'instance.json'))).toBe(false);
});

test('--simulate says so, marks its rows, and leaves the lake and the state of the settings alone', async () => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'feedlake.yaml'), 'lake: real/lake\nstate_dir: real/state\n');
  const bin = join(import.meta.dirname, '../../../packages/cli/src/bin.ts');
  const child = spawn(process.execPath, [bin, 'up', '--simulate'], {
    cwd: folder,
    env: { ...process.env, FEEDLAKE_HEALTH__PORT: '0' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  await eventually(
    () => said.includes('/health tells how it fares'),
    () => said,
  );
  const url = /(http:\/\/[\d.]+:\d+)\/health tells/.exec(said)?.[1] ?? '';
  const datasets = ['trades', 'book_deltas', 'tickers'];
  await eventually(
    async () => {
      const { feeds } = await health(url);
      const own = feeds.filter(({ dataset }) => datasets.includes(dataset));
      return own.length === 12 && own.every(({ rows_per_second }) => rows_per_second > 0);
    },
    () => said,
  );
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(said).toContain('SIMULATED');
  expect(existsSync(join(folder, 'real'))).toBe(false);
  const { Lake, openStore } = await import('@feedlake/lake');
  const lake = new Lake(openStore(join(folder, 'demo-lake')), { writer: 'test' });
  for (const exchange of ['binance', 'bybit', 'hyperliquid', 'backpack']) {
    for (const dataset of datasets) {
      const rows = await collect(lake.scan(dataset as 'trades', { exchange, columns: ['source'] }));
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.every(({ source }) => source === 'simulated')).toBe(true);
    }
  }
});
