/** `node streamer/beside.ts FOLDER`: the packages that are not bundled, for the kind of processor that they were installed for. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { packagesBeside } from './bundle/beside.ts';
import { copyPackage } from './bundle/copy-package.ts';

const root = join(import.meta.dirname, '..');
const [, , target] = process.argv;
if (target === undefined) throw new TypeError('node streamer/beside.ts FOLDER');
const folder = join(target, 'beside');

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const { name, usedBy, files } of packagesBeside) await copyPackage(name, join(root, usedBy), folder, files);
