import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../support/lake.ts';

const script = new URL('../../support/spool-disk.ts', import.meta.url).pathname;
/** Mounts of its own, seen by nobody else, that end with the command. */
const ownMounts = [...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--mount', 'sh', '-ec'];
const mount = 'mount -t tmpfs -o size=1m spool "$1"';
const mayMount = spawnSync('unshare', [...ownMounts, mount, 'sh', temporaryFolderOfModule()]).status === 0;
