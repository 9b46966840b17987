import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Lake, openStore } from '@feedlake/lake';
import { describe, expect, it } from 'vitest';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { storeSuite } from '../../support/store-suite.ts';

const script = (name: string) => new URL(`../../support/${name}`, import.meta.url).pathname;
const shell = (command: string, ...args: string[]) => promisify(execFile)('sh', ['-ec', command, 'sh', ...args]);
/** A mount of its own, seen by nobody else, that ends with the command. */
const inOwnMounts = `unshare ${process.getuid?.() === 0 ? '' : '--user --map-root-user'} --mount sh -ec`;

describe('a folder', () => {
  storeSuite(async () => openStore(join(temporaryFolder(), 'not', 'made', 'yet')));

  it('shows no staging files, and removes those of writers that are long gone', async () => {
    const folder = temporaryFolder();
    const staging = join(folder, '.staging');
    mkdirSync(staging);
    writeFileSync(join(staging, 'killed.tmp'), 'half');
    utimesSync(join(staging, 'killed.tmp'), new Date(0), new Date(0));
    writeFileSync(join(staging, 'running.tmp'), 'half');
    const store = openStore(folder);
    await store.create('v1/x.parquet', new Uint8Array(3));
    expect(await collect(store.list(''))).toEqual([{ key: 'v1/x.parquet', size: 3 }]);
    expect(readdirSync(staging)).toEqual(['running.tmp']);
  });

  it('says what is wrong with a path that is no folder', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(openStore(file).create('a', new Uint8Array(1))).rejects.toMatchObject({
      name: 'StoreError',
      message: expect.stringMatching(/choose another folder/),
    });
    expect(() => openStore('ftp://lake')).toThrow(/give a folder, or s3:/);
  });

  it('says that the disk is full, leaves nothing half-written, and keeps what was there', async () => {
    const command = `mount -t tmpfs -o size=2m lake "$1" && "$2" "$3" "$1" fill`;
    const { stdout } = await shell(
      `${inOwnMounts} '${command}' sh "$@"`,
      temporaryFolder(),
      process.execPath,
      script('disk-writer.ts'),
    );
    const report = JSON.parse(stdout);
    expect(report.created).toBeGreaterThan(5);
    expect(report.fault).toBe('disk_full');
    expect(report.message).toMatch(/full: free some space/);
    expect(report.readable).toBe(report.created);
    expect(report.staged).toEqual([]);
  });

  it('says that the disk is read-only, and reads it', async () => {
    const command = `mount -t tmpfs -o size=2m lake "$1" && "$2" "$3" "$1" one && mount -o remount,ro "$1" && "$2" "$3" "$1" two`;
    const { stdout } = await shell(
      `${inOwnMounts} '${command}' sh "$@"`,
      temporaryFolder(),
      process.execPath,
      script('disk-writer.ts'),
    );
    const [before, after] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(before).toMatchObject({ created: 1, fault: null });
    expect(after).toMatchObject({ created: 0, fault: 'read_only', readable: 1 });
    expect(after.message).toMatch(/read-only/);
  });

  it('has only whole objects after its writer was killed in the middle, again and again', async () => {
    const folder = temporaryFolder();
    const lake = new Lake(openStore(folder), { writer: 'test' });
    for (let round = 1; round <= 4; round += 1) {
      const child = spawn(process.execPath, [script('endless-writer.ts'), folder, `round${round}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let written = 0;
      for await (const _line of createInterface(child.stdout)) {
        written += 1;
        if (written === 3 * round) child.kill('SIGKILL');
      }
      expect(written).toBeGreaterThanOrEqual(3 * round);
    }
    const objects = await collect(lake.objects());
    expect(objects.length).toBeGreaterThanOrEqual(3 + 6 + 9 + 12);
    for (const object of objects) {
      const rows = await collect(
        lake.scan('trades', { exchange: 'binance', skipObjects: (name) => name !== object.name }),
      );
      expect(rows).toHaveLength((await lake.footer(object)).rows);
    }
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const published = files.filter((file) => !file.parentPath.endsWith('.staging'));
    expect(published).toHaveLength(objects.length);
  });
});
