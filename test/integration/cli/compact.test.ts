import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import timers from 'node:timers/promises';
import { Lake, openStore } from '@feedlake/lake';
import { day } from '@feedlake/schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { feedlake } from '../../support/cli.ts';
import { start } from '../../support/compaction.ts';
import { temporaryFolder, trade } from '../../support/lake.ts';

// Between a commit and the removal of what it replaces it waits; the test does not.
beforeAll(() => {
  vi.spyOn(timers, 'setTimeout').mockImplementation(async (_ms, value) => value as never);
  syncBuiltinESMExports();
});

afterAll(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** Three dates with two objects each, and settings for them. */
async function folderWithLake() {
  const folder = temporaryFolder();
  const location = join(folder, 'lake');
  const lake = new Lake(openStore(location), { writer: 'test' });
  for (const date of [0, 1, 2]) {
    for (const part of [1, 2]) {
      await lake.write('trades', 'binance', `stream-${part}`, [trade(`${date}${part}`, start + date * day)]);
    }
  }
  const config = join(folder, 'feedlake.yaml');
  writeFileSync(
    config,
    JSON.stringify({ lake: location, state_dir: join(folder, 'state'), compaction: { after: '1s' } }),
  );
  return {
    location,
    run: (...args: string[]) => feedlake(['--config', config, 'compact', ...args]),
    files: (date: number) => readdirSync(`${location}/v1/trades/exchange=binance/date=2026-03-0${date + 1}`).sort(),
  };
}

describe('feedlake compact', () => {
  it('tells what it would do, does it, and has nothing left to do', async () => {
    const { run, files } = await folderWithLake();
    const dry = await run('--dry-run', '--format', 'json');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(dry.stdout)).toMatchObject([
      { outcome: 'planned' },
      { outcome: 'planned' },
      { outcome: 'planned' },
    ]);
    expect(files(0)).toHaveLength(2);
    const first = await run(
      '--from',
      '2026-03-02',
      '--to',
      '2026-03-02',
      '--dataset',
      'trades',
      '--exchange',
      'binance',
    );
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout.trimEnd().split('\n').slice(1)).toEqual([
      expect.stringMatching(/^trades +binance +2026-03-02 +compacted +2 +1 +2 +2 +[\d.]+ kB +[\d.]+ kB$/),
    ]);
    expect(files(1)).toEqual([expect.stringMatching(/^_compact-/), expect.stringMatching(/^compact-/)]);
    expect(files(0)).toHaveLength(2);
    expect(await run('--from', '2026-03-02', '--to', '2026-03-02')).toMatchObject({
      code: 0,
      stdout: 'nothing to compact: each date that has been over for 1s is one object, or few\n',
    });
    expect((await run('--exchange', 'bybit')).stdout).toMatch(
      /^nothing to compact: .+ has nothing of what was asked for\n$/,
    );
    expect(await run('--exchange', 'bybit', '--format', 'json')).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  it('says from when on a date that was named can be compacted', async () => {
    const { run, location } = await folderWithLake();
    vi.useFakeTimers({ now: Date.UTC(2026, 2, 4, 10), toFake: ['Date'] });
    vi.stubEnv('FEEDLAKE_COMPACTION__AFTER', '36h');
    try {
      const young = '2026-03-03 can be compacted from 2026-03-05 12:00 UTC on, when it has been over for 36h';
      for (const dates of [
        ['--from', '2026-03-03'],
        ['--from', '2026-03-03', '--to', '2026-03-03'],
      ]) {
        expect(await run(...dates)).toEqual({ code: 0, stdout: `nothing to compact: ${young}\n`, stderr: '' });
      }
      // Others are old enough.
      const some = await run('--to', '2026-03-03');
      expect(some.stdout).toMatch(/2026-03-01 +compacted/);
      expect(some.stdout).not.toContain('2026-03-03');
      expect(some.stderr).toBe(`${young}\n`);
      expect((await run('--to', '2026-03-03')).stdout).toBe(
        `nothing to compact: each date that has been over for 36h is one object, or few; ${young}\n`,
      );
      expect((await run('--exchange', 'bybit', '--to', '2026-03-03')).stdout).toBe(
        `nothing to compact: ${location} has nothing of what was asked for; ${young}\n`,
      );
      const json = await run('--to', '2026-03-03', '--format', 'json');
      expect(json).toEqual({ code: 0, stdout: '[]\n', stderr: `${young}\n` });
      expect((await run('--to', '2026-03-03', '--format', 'json', '--quiet')).stderr).toBe('');
    } finally {
      vi.unstubAllEnvs();
      vi.useRealTimers();
    }
  });

  it('tells CloudWatch that all went well, where it listens', async () => {
    const { run, location } = await folderWithLake();
    vi.stubEnv('FEEDLAKE_CLOUDWATCH__ENABLED', 'true');
    vi.stubEnv('FEEDLAKE_CLOUDWATCH__STAGE', 'test');
    try {
      expect((await run('--dry-run')).stdout).not.toContain('CompactionFinished');
      const damaged = join(location, 'v1/trades/exchange=binance/date=2026-03-02/stream-2.parquet');
      const good = readFileSync(damaged);
      writeFileSync(damaged, 'no Parquet file at all');
      expect((await run()).stdout).not.toContain('CompactionFinished');
      writeFileSync(damaged, good);
      const { code, stdout } = await run();
      expect(code).toBe(0);
      expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
        _aws: { CloudWatchMetrics: [{ Namespace: 'feedlake', Dimensions: [['stage']] }] },
        stage: 'test',
        CompactionFinished: 1,
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('says what failed, and goes on', async () => {
    const { run, files, location } = await folderWithLake();
    const damaged = 'v1/trades/exchange=binance/date=2026-03-02/stream-2.parquet';
    writeFileSync(join(location, damaged), 'no Parquet file at all');
    const only = await run('--from', '2026-03-02', '--to', '2026-03-02');
    expect(only.code).toBe(1);
    expect(only.stderr).toContain(`binance trades 2026-03-02: ${damaged} can't be read as Parquet`);
    const some = await run('--from', '2026-03-01', '--to', '2026-03-02');
    expect(some.code).toBe(3);
    expect(some.stdout).toMatch(/2026-03-01 +compacted[\s\S]*2026-03-02 +failed(?: +-){6}\n/);
    expect(files(1)).toEqual(['stream-1.parquet', 'stream-2.parquet']);
  });

  it.each([
    [['--dataset', 'raw'], /--dataset raw: is kept as it was received/],
    [['--dataset', 'trade'], /--dataset trade: is no dataset; there are open_interest/],
    [['--from', '2026-03-01T08:00:00Z'], /--from 2026-03-01T08:00:00Z: not a date; write 2026-10-01/],
    [['--to', '2026-02-30'], /--to 2026-02-30: not a date/],
    [['--from', '2026-03-02', '--to', '2026-03-01'], /--from 2026-03-02 is after --to 2026-03-01/],
    [['--format', 'csv'], /--format csv: choose one of table, json/],
  ])('refuses %o', async (args, message) => {
    const { run, files } = await folderWithLake();
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(files(0)).toHaveLength(2);
  });
});
