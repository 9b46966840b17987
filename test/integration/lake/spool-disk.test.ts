import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../support/lake.ts';

const script = new URL('../../support/spool-disk.ts', import.meta.url).pathname;
/** A mount of its own, seen by nobody else, that ends with the command. */
const inOwnMounts = [...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--mount', 'sh', '-ec'];
const mayMount = spawnSync('unshare', [...inOwnMounts, 'mount -t tmpfs none /mnt']).status === 0;

it.skipIf(!mayMount)(
  'a full disk costs what could not be written, and nothing else (needs the right to mount)',
  async () => {
    const command = 'mount -t tmpfs -o size=1m spool "$1" && exec "$2" "$3" "$1"';
    const { stdout } = await promisify(execFile)('unshare', [
      ...inOwnMounts,
      command,
      'sh',
      temporaryFolder(),
      process.execPath,
      script,
    ]);
    const whole = { isWhatWasSynced: true, empty: [] };
    expect(JSON.parse(stdout)).toEqual({
      atCreation: { fault: 'disk_full', ended: 'disk_full', closed: [] },
      filesAfterCreation: [],
      again: 'disk_full',
      // What is to be noted first is noted though the first flush failed.
      afterCreation: { fault: null, ...whole, ended: [false], notes: [1] },
      inTheMiddle: { fault: 'disk_full', several: true, ...whole, ended: [false], notes: [1] },
      afterTheMiddle: { fault: null, ...whole, ended: [false], notes: [1] },
      atEnd: { fault: 'disk_full', closed: 1, ...whole, ended: [true], notes: [1] },
      afterEnd: { fault: null, end: null, closed: 2 },
      last: { ...whole, ended: [true, true], notes: [1, 1] },
      later: { ...whole, ended: [true, true, true], notes: [1, 1, 1] },
    });
  },
);
