import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/lake.ts';
import { compareAll } from './compare.ts';
import { Recording } from './recording.ts';

const channels = ['trades', 'book_deltas', 'liquidations'] as const;
const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

test.skipIf(!mayMount)(
  'a full disk: streams go on, what could not be kept is a gap, the rest is there (needs root)',
  async () => {
    const disk = join(temporaryFolder(), 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'feedlake-test', disk]);
    try {
      await using recording = await Recording.start({
        venue: 'binance',
        channels: [...channels],
        stateFolder: disk,
        config: { streamer: { segment: { max_age: '10s' } } },
      });
      await recording.pass(15);
      const from = recording.clock.now();
      const filler = join(disk, 'filler');
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filler, new Uint8Array(bavail * bsize));
      await recording.passSyncing(20);
      expect(recording.lines.join('')).toContain('the disk is full');
      rmSync(filler);
      await recording.passSyncing(30);
      await recording.stop();
      for (const [dataset, found] of await compareAll(recording, channels, from)) {
        expect(found.doubled, `${dataset}: doubled`).toEqual([]);
        expect(found.invented, `${dataset}: invented`).toEqual([]);
        expect(found.unreported, `${dataset}: lost and not reported`).toEqual([]);
        expect(found.causes, dataset).toContain('disk_full');
        expect(found.gapSeconds, `${dataset}: gaps`).toBeLessThan(45);
      }
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  },
);
