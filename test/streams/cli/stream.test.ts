import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collect } from '../../support/lake.ts';
import { eventually, saying, streamingWorkspace } from '../../support/streaming.ts';

test('rows come as JSON, one a line, and end with Ctrl-C; nothing is written anywhere', async () => {
  const space = await streamingWorkspace({ binance: {} });
  const child = space.spawn(['stream', 'trades', 'BTC-USDT-PERP', 'ETHUSDT', '--format', 'json']);
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  await eventually(
    () => text.split('\n').length > 20,
    () => child.said(),
  );
  child.kill('SIGINT');
  const { code, stdout, stderr } = await child.ended;
  expect(code).toBe(0);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(new Set(rows.map((row) => row.symbol))).toEqual(new Set(['BTC-USDT-PERP', 'ETH-USDT-PERP']));
  const ids = rows.map((row) => `${row.symbol} ${row.trade_id}`);
  expect(new Set(ids).size).toBe(ids.length);
  const truth = space.simulator.truth.records({ venue: 'binance', dataset: 'trades' });
  expect(truth.length).toBeGreaterThanOrEqual(rows.length);
  const sent = new Set(truth.map(({ symbol, fields }) => `${symbol} ${fields.a} ${fields.p} ${fields.q}`));
  for (const row of rows) expect(sent).toContain(`${row.venue_symbol} ${row.trade_id} ${row.price} ${row.size}`);
  expect(stderr).toContain('trades of binance (2); Ctrl-C ends it');
  expect(stderr).toMatch(/\d+ rows in [\d.]+ m?s/);
  expect(readdirSync(space.folder)).toEqual(['feedlake.yaml']);
});

test('--store records what it prints, with its coverage', async () => {
  const space = await streamingWorkspace({ bybit: {} });
  const child = space.spawn(['stream', 'trades', 'BTC-USDT-PERP', '--store', '--format', 'json']);
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  await eventually(
    () => text.split('\n').length > 20,
    () => child.said(),
  );
  child.kill('SIGTERM');
  const { code, stdout } = await child.ended;
  expect(code).toBe(0);
  const printed = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).trade_id);
  const stored = await collect(space.lake.scan('trades', { exchange: 'bybit' }));
  expect(stored.map((row) => row.trade_id)).toEqual(expect.arrayContaining(printed));
  expect(new Set(stored.map((row) => row.trade_id)).size).toBe(stored.length);
  expect(stored.every((row) => row.source === 'simulated')).toBe(true);
  const coverage = await collect(space.lake.scan('coverage', { exchange: 'bybit' }));
  const covered = coverage.filter((row) => row.state === 'covered');
  expect(covered.reduce((sum, row) => sum + (row.rows ?? 0), 0)).toBe(stored.length);
  expect(covered[0]).toMatchObject({ dataset: 'trades', symbol: 'BTC-USDT-PERP', writer: 'main-stream-1' });
  expect(existsSync(join(space.folder, 'state', 'stream-1', 'instance.json'))).toBe(false);
  expect(readdirSync(join(space.folder, 'state', 'stream-1', 'spool'))).toEqual([]);
});

test('two at once store side by side', async () => {
  const space = await streamingWorkspace({ binance: {} });
  const children = ['trades', 'tickers'].map((dataset) => space.spawn(['stream', dataset, 'BTC-USDT-PERP', '--store']));
  for (const child of children) await once(child.stdout, 'data');
  for (const child of children) child.kill('SIGINT');
  for (const child of children) expect((await child.ended).code).toBe(0);
  const writers = await collect(space.lake.objects('coverage'));
  expect(writers.map(({ name }) => name.replace(/-2\d{7}T.*/, '')).sort()).toEqual([
    'stream-main-stream-1',
    'stream-main-stream-2',
  ]);
});

test('a table for people', async () => {
  const space = await streamingWorkspace({ binance: {} });
  const child = space.spawn(['stream', 'trades', 'BTC-USDT-PERP']);
  await eventually(
    () => child.out().split('\n').length > 50,
    () => child.said(),
  );
  child.kill('SIGINT');
  const lines = (await child.ended).stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^time \(UTC\) +exchange +symbol +side +price +size +id$/);
  expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\d [\d:.]+ +binance +BTC-USDT-PERP +(buy|sell) +[\d.]+ +[\d.]+ +\d+$/);
  expect(lines.filter((line) => line.startsWith('time (UTC)'))).toHaveLength(Math.ceil(lines.length / 41));
});

test('--for ends it', async () => {
  const space = await streamingWorkspace({ binance: {} });
  const { code, stdout } = await space.feedlake([
    'stream',
    'tickers',
    'BTC-USDT-PERP',
    '--for',
    '2s',
    '--format',
    'ndjson',
  ]);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n').length).toBeGreaterThan(3);
});

test('a reader that goes away, as head does, ends it, and what came is stored', async () => {
  const space = await streamingWorkspace({ binance: {} });
  const child = space.spawn(['stream', 'trades', 'BTC-USDT-PERP', '--store', '--format', 'json']);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const { code, stderr } = await child.ended;
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/EPIPE|\n\s+at /);
  const stored = await collect(space.lake.scan('trades', { exchange: 'binance' }));
  expect(stored.length).toBeGreaterThan(0);
});

test('stream-liquidations takes all exchanges that tell them, and says which do not', async () => {
  const hyperliquid = { options: { liquidator_vaults: [] } };
  const space = await streamingWorkspace({ binance: {}, bybit: {}, hyperliquid });
  const child = space.spawn(['stream-liquidations', 'BTC-USDT-PERP', 'ETH-USDT-PERP', '--format', 'json']);
  await eventually(
    () => ['"binance"', '"bybit"'].every((id) => child.out().includes(id)),
    () => child.said(),
  );
  child.kill('SIGINT');
  const { code, stdout, stderr } = await child.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/no stream of liquidations: Hyperliquid has no public feed of liquidations/);
  for (const line of stdout.trimEnd().split('\n'))
    expect(JSON.parse(line)).toMatchObject({ completeness: expect.any(String) });
});

describe('what can not be streamed', () => {
  test('the dollar perpetual of the same base is taken, and said', async () => {
    const space = await streamingWorkspace({ backpack: {} });
    const child = space.spawn(['stream', 'tickers', 'BTC-USDT-PERP', '--format', 'json']);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await child.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('backpack has no BTC-USDT-PERP: taking its dollar perpetual BTC-USDC-PERP');
    expect(JSON.parse(stdout.split('\n')[0] ?? '').symbol).toBe('BTC-USDC-PERP');
  });

  test('a symbol that is not listed: exit code 1 alone, 3 beside others', async () => {
    const space = await streamingWorkspace({ binance: {} });
    const alone = await space.feedlake(['stream', 'trades', 'NOPE-USDT-PERP']);
    expect(alone.code).toBe(1);
    expect(alone.stderr).toMatch(/NOPE-USDT-PERP is not listed on binance/);
    const args = ['stream', 'trades', 'NOPE-USDT-PERP', 'BTC-USDT-PERP', '--for', '1s', '--quiet'];
    expect((await space.feedlake(args)).code).toBe(3);
  });

  test('a dataset that an exchange does not stream: exit code 1, with the way out', async () => {
    const space = await streamingWorkspace({ binance: {} });
    const { code, stderr } = await space.feedlake([
      'stream',
      'open_interest',
      'BTC-USDT-PERP',
      '--exchange',
      'binance',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no stream of open_interest: Binance streams no open_interest: snapshots poll them/);
  });

  test('words that are none', async () => {
    const space = await streamingWorkspace({ binance: {} });
    const failing = async (...args: string[]) => {
      const { code, stderr } = await space.feedlake(['stream', ...args]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await failing('trade', 'BTC-USDT-PERP')).toMatch(
      /trade: no dataset that can be streamed; did you mean trades\?/,
    );
    expect(await failing('trades', 'BTC-USDT-PERP', '--for', '1 hour')).toMatch(/--for 1 hour: not a duration/);
    expect(await failing('trades', 'BTC-USDT-PERP', '--format', 'csv')).toMatch(
      /--format csv: choose one of table, json/,
    );
    expect(await failing('trades', 'all', 'BTC-USDT-PERP')).toMatch(/`all` stands alone/);
  });

  test('an exchange through ccxt', async () => {
    const space = await streamingWorkspace({ binance: { engine: 'ccxt' } });
    const { code, stderr } = await space.feedlake(['stream', 'trades', 'BTC-USDT-PERP']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/binance goes through ccxt; streams need an adapter of feedlake's own/);
  });
});

test('killed while it stores: the next one takes up what it left', async () => {
  const space = await streamingWorkspace({ binance: {} }, { streamer: { sync_interval: '50ms' } });
  const args = ['stream', 'trades', 'BTC-USDT-PERP', '--store', '--format', 'json'];
  const killed = space.spawn(args);
  const spool = join(space.folder, 'state', 'stream-1', 'spool');
  await eventually(
    () => killed.out().split('\n').length > 10 && existsSync(spool),
    () => killed.said(),
  );
  killed.kill('SIGKILL');
  const before = (await killed.ended).stdout;
  const next = space.spawn(args);
  await saying(next, 'Ctrl-C ends it');
  await once(next.stdout, 'data');
  next.kill('SIGINT');
  expect((await next.ended).code).toBe(0);
  const stored = (await collect(space.lake.scan('trades', { exchange: 'binance' }))).map((row) => row.trade_id);
  const printed = before
    .split('\n')
    .slice(0, 5)
    .map((line) => JSON.parse(line).trade_id);
  expect(stored).toEqual(expect.arrayContaining(printed));
  const coverage = await collect(space.lake.scan('coverage', { exchange: 'binance' }));
  expect(coverage.some((row) => row.state === 'gap' && row.cause === 'crash')).toBe(true);
});
