import { appendFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Workspace } from '../../support/cli.ts';
import { collect } from '../../support/lake.ts';
import { change, eventually, streamingWorkspace } from '../../support/streaming.ts';

const binance = { symbols: ['BTC-USDT-PERP'], channels: ['trades', 'tickers'] };

/** A workspace whose instance in the background, where one is left, ends with the test. */
async function daemonWorkspace(settings = {}): Promise<Workspace> {
  const space = await streamingWorkspace({ binance }, settings);
  change(space, (known) => ({ ...known, state_dir: join(space.folder, 'state') }));
  onTestFinished(() => {
    const record = read(space, 'instance.json');
    const pid = record === null ? process.pid : (JSON.parse(record) as { pid: number }).pid;
    if (pid === process.pid) return;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
  return space;
}

function read({ folder }: Workspace, name: string): string | null {
  try {
    return readFileSync(join(folder, 'state', name), 'utf8');
  } catch {
    return null;
  }
}

const daemon = (space: Workspace, ...args: string[]) => space.feedlake(['daemon', ...args]);

test('start, status, logs and stop: the same as up, in the background', async () => {
  const space = await daemonWorkspace();
  expect(await daemon(space, 'status')).toMatchObject({
    code: 1,
    stdout: `none runs in state_dir ${space.folder}/state\n`,
  });
  expect(await daemon(space, 'stop')).toMatchObject({
    code: 0,
    stdout: `none runs in state_dir ${space.folder}/state\n`,
  });

  const started = await daemon(space, 'start');
  expect(started.code).toBe(0);
  const words = /^process (\d+) runs, (http:\/\/127\.0\.0\.1:\d+)\/health; its log is .*\/state\/daemon\.log\n$/;
  const [, pid, url] = words.exec(started.stdout) ?? [];
  expect(started.stdout).toMatch(words);
  expect(await daemon(space, 'start')).toMatchObject({
    code: 0,
    stdout: `process ${pid} runs, ${url}/health, and did before\n`,
  });

  const flows = async () => (await daemon(space, 'status')).stdout.match(/flowing/g)?.length === 2;
  await eventually(flows, 'flowing feeds');
  expect((await daemon(space, 'status')).code).toBe(0);
  const { stdout } = await daemon(space, 'status');
  expect(stdout).toMatch(new RegExp(`^ok: process ${pid}\nfeedlake [\\d.]+  writer main  up `));
  expect(stdout).toMatch(/\nbinance +trades +flowing +1 /);
  const json = JSON.parse((await daemon(space, 'status', '--format', 'json')).stdout);
  expect(json).toMatchObject({ running: true, pid: Number(pid), url, status: 'ok', writer: 'main' });
  // What it works on is what it was started with, whatever the settings say by now.
  expect(json.lake).toBe(`${space.folder}/lake`);
  const elsewhere = await space.feedlake(['--lake', './elsewhere', 'daemon', 'status']);
  expect(elsewhere.stdout).toContain(`\nlake ${space.folder}/lake`);

  const logs = await daemon(space, 'logs', '--lines', '1000');
  expect(logs.code).toBe(0);
  expect(logs.stdout).toContain('/health tells how it fares');

  const stopped = await daemon(space, 'stop');
  expect(stopped.code).toBe(0);
  expect(stopped.stdout).toMatch(new RegExp(`^process ${pid} ended after [\\d.]+ s\n$`));
  expect(read(space, 'instance.json')).toBe(null);
  expect((await collect(space.lake.scan('trades', { exchange: 'binance' }))).length).toBeGreaterThan(0);
});

test('a venue that blocks us: status 1 while nothing comes, 3 while something does not', async () => {
  const space = await daemonWorkspace();
  change(space, (settings) => {
    const exchanges = settings.exchanges as Record<string, object>;
    return { ...settings, exchanges: { binance: { ...exchanges.binance, channels: ['trades', 'liquidations'] } } };
  });
  await space.simulator.faults.add({ kind: '451', match: /websocket$/ });
  expect((await daemon(space, 'start')).code).toBe(0);
  await eventually(async () => (await daemon(space, 'status')).stdout.includes('polled'), 'polling');
  const { code, stdout } = await daemon(space, 'status');
  expect(code).toBe(3);
  expect(stdout).toMatch(/^degraded: process \d+\n/);
  expect(stdout).toMatch(/\nbinance +liquidations +blocked .* blocked\n/);
  expect((await daemon(space, 'stop')).code).toBe(0);
});

test('one that can not start: exit code 1, with the last lines of its log', async () => {
  const space = await daemonWorkspace({ health: { host: '192.0.2.1' } });
  const { code, stderr } = await daemon(space, 'start');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^it ended right after its start; the end of its log:\nfeedlake: health\.host: 192\.0\.2\.1 is no address/,
  );
});

test('wrong settings are said at once, and nothing is started', async () => {
  const space = await daemonWorkspace();
  change(space, (settings) => ({ ...settings, exchanges: {} }));
  const { code, stderr } = await daemon(space, 'start');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^feedlake: there is nothing to do/);
  expect(read(space, 'daemon.log')).toBe(null);
});

test('a record of a process that has ended, or of another one of its number, is none of a running one', async () => {
  const space = await daemonWorkspace();
  mkdirSync(join(space.folder, 'state'));
  const record = {
    pid: process.pid,
    process_start: 'another',
    host: hostname(),
    health: null,
  };
  writeFileSync(join(space.folder, 'state', 'instance.json'), JSON.stringify(record));
  expect((await daemon(space, 'status')).code).toBe(1);
  expect((await daemon(space, 'start')).code).toBe(0);
  expect(read(space, 'daemon.log')).toContain('the last run ended without notice');
  expect((await daemon(space, 'stop')).code).toBe(0);
});

test('logs: the last lines, and what comes, also after the file was begun anew', async () => {
  const space = await daemonWorkspace();
  expect(await daemon(space, 'logs')).toMatchObject({ code: 1 });
  const file = join(space.folder, 'state', 'daemon.log');
  mkdirSync(join(space.folder, 'state'));
  writeFileSync(file, Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`).join(''));
  expect((await daemon(space, 'logs', '--lines', '2')).stdout).toBe('line 99998\nline 99999\n');
  const child = space.spawn(['daemon', 'logs', '-f', '--lines', '1']);
  await eventually(
    () => child.out() === 'line 99999\n',
    () => child.out(),
  );
  appendFileSync(file, 'more\n');
  await eventually(
    () => child.out() === 'line 99999\nmore\n',
    () => child.out(),
  );
  truncateSync(file);
  appendFileSync(file, 'anew\n');
  await eventually(
    () => child.out() === 'line 99999\nmore\nanew\n',
    () => child.out(),
  );
  child.kill('SIGINT');
  expect((await child.ended).code).toBe(0);
});

test('a log that has grown large is put aside at the next start', async () => {
  const space = await daemonWorkspace();
  mkdirSync(join(space.folder, 'state'));
  writeFileSync(join(space.folder, 'state', 'daemon.log'), 'x'.repeat(10_000_000));
  expect((await daemon(space, 'start')).code).toBe(0);
  expect((await daemon(space, 'stop')).code).toBe(0);
  expect(read(space, 'daemon.log.1')?.length).toBe(10_000_000);
  expect(read(space, 'daemon.log')?.length).toBeLessThan(100_000);
});
