import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { day, hour, isoTime, now } from '@feedlake/schema';
import { describe, expect, test } from 'vitest';
import { type Spawned, type Workspace, workspace } from '../../support/cli.ts';
import { collect } from '../../support/lake.ts';

const today = Math.floor((now() - 2 * hour) / day) * day;
const days = 25;
const from = isoTime(today - days * day).slice(0, 10);
const to = isoTime(today - day).slice(0, 10);
const history = ['fetch-oi', 'BTC-USDT-PERP', '--exchange', 'bybit', '--from', from, '--to', to];
const whole = days * 24;

/** Waits until the command has said, as it does with `--log-level debug`, that it received so many replies of a path. */
async function received(child: Spawned, path: string, count: number): Promise<void> {
  const page = new RegExp(`"path":"${path}\\b[^\\n]*"status":200`, 'g');
  while ((child.said().match(page) ?? []).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What the lake holds, read through every file of it; none of them may be torn. */
async function stored({ lake, folder }: Workspace): Promise<string[]> {
  for await (const object of lake.objects()) await lake.footer(object);
  const rows = await collect(lake.scan('open_interest', { exchange: 'bybit' }));
  const files = readdirSync(join(folder, 'lake', 'v1'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => /\.\w+$/.test(name) && !name.endsWith('.parquet'))).toEqual([]);
  return rows.map((row) => `${row.symbol} ${row.ts_event}`);
}

async function completes(space: Workspace): Promise<void> {
  await space.simulator.faults.clear();
  const { code } = await space.feedlake([...history, '--store', '--quiet']);
  expect(code).toBe(0);
  const rows = await stored(space);
  expect(rows).toHaveLength(whole);
  expect(new Set(rows).size).toBe(whole);
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s in the middle of a history: what came is stored, the next run fetches the rest',
  async (signal) => {
    const space = await workspace({ venues: ['bybit'] });
    await space.simulator.faults.add({ kind: 'slow', match: 'open-interest', after: 2, delayMs: 60_000 });
    const child = space.spawn([...history, '--store', '--log-level', 'debug']);
    await received(child, '/v5/market/open-interest', 2);
    const stopped = performance.now();
    child.kill(signal);
    const { code, stdout, stderr } = await child.ended;
    expect(performance.now() - stopped).toBeLessThan(10_000);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/stopping: storing what was received/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await stored(space)).toHaveLength(400);
    space.simulator.forgetRequests();
    await completes(space);
  },
);

test('Ctrl-C in the middle of a sweep: the symbols that came are stored', async () => {
  const space = await workspace({ venues: ['binance'] });
  await space.simulator.faults.add({ kind: 'slow', match: '/fapi/v1/openInterest', after: 12, delayMs: 60_000 });
  const child = space.spawn(['fetch-oi', 'all', '--exchange', 'binance', '--store', '--log-level', 'debug']);
  await received(child, '/fapi/v1/openInterest', 12);
  child.kill('SIGINT');
  const { code, stdout } = await child.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  const objects = await space.objects();
  const rows = await collect(space.lake.scan('open_interest', { exchange: 'binance' }));
  expect(objects).toHaveLength(1);
  expect(rows).toHaveLength(12);
});

test('kill -9 while it stores: every file is whole, the next run fetches the rest', async () => {
  const space = await workspace({ venues: ['bybit'] });
  const child = space.spawn([...history, '--store']);
  while ((await space.objects()).length < 4) await new Promise((resolve) => setTimeout(resolve, 2));
  child.kill('SIGKILL');
  expect((await child.ended).code).toBe('SIGKILL');
  const rows = await stored(space);
  expect(rows.length).toBeGreaterThan(0);
  await completes(space);
});

test('a reader that goes away, as head does, ends it cleanly', async () => {
  const space = await workspace({ venues: ['bybit'] });
  const child = space.spawn([...history, '--format', 'ndjson']);
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(first)).toMatch(/^\{"exchange":"bybit"/);
  child.stdout.destroy();
  const { code, stderr } = await child.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/^bybit: 600 rows fetched, \d+ requests, [\d.]+ s\n$/);
});

test('the exit code of the process is that of the command', async () => {
  const space = await workspace({ venues: ['bybit'] });
  const codes = await Promise.all(
    [
      ['config', 'validate'],
      ['fetch-oi', 'NOPE'],
      ['fetch-oi', 'BTC', '--bogus'],
      ['fetch-oi', 'BTCUSDT', 'NOPE'],
    ].map(async (args) => (await space.spawn(args).ended).code),
  );
  expect(codes).toEqual([0, 1, 2, 3]);
});

describe('a lake that can not be written to', () => {
  /** A mount of its own, seen by nobody else, that ends with the command. */
  const inOwnMounts = `unshare ${process.getuid?.() === 0 ? '' : '--user --map-root-user'} --mount sh -ec`;
  const bin = join(import.meta.dirname, '../../../packages/cli/src/bin.ts');

  /** Runs the command on a lake of its own file system; `after` is a shell command that runs next. */
  async function withMount({ folder }: Workspace, mount: string, args: readonly string[], after = 'true') {
    const script = `mkdir -p lake; ${mount}; code=0; "$@" || code=$?; find lake -name "*.tmp" >&2; echo "exit $code"; ${after}`;
    const command = `cd "$1"; shift; ${inOwnMounts} '${script}' sh "$@"`;
    const options = { env: { ...process.env } };
    return promisify(execFile)('sh', ['-ec', command, 'sh', folder, process.execPath, bin, ...args], options);
  }

  test('because the disk is full: one clear line, nothing half-written, what was written can be read', async () => {
    const space = await workspace({ venues: ['bybit'] });
    const mount = 'mount -t tmpfs -o size=48k lake lake';
    const count = '"$1" "$2" query "select count(*), count(distinct ts_event) from open_interest" --format csv';
    const { stdout, stderr } = await withMount(space, mount, [...history, '--store', '--format', 'ndjson'], count);
    const [exit, , counts] = stdout.split('\n');
    expect(exit).toBe('exit 1');
    const [rows = 0, times] = (counts ?? '').split(',').map(Number);
    expect(rows).toBeGreaterThan(0);
    expect(rows % 24).toBe(0);
    expect(times).toBe(rows);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^feedlake: .*: the disk is full: free some space, or put the lake on another disk/),
    ]);
  });

  test('because it is read-only: one clear line', async () => {
    const space = await workspace({ venues: ['bybit'] });
    const mount = 'mount -t tmpfs -o size=1m,ro lake lake';
    const { stdout, stderr } = await withMount(space, mount, ['fetch-oi', 'all', '--store', '--format', 'ndjson']);
    expect(stdout).toBe('exit 1\n');
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^feedlake: .*: the file system is read-only: put the lake where it can be written/),
    ]);
  });
});
