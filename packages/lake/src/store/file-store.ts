import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileFault } from './file-fault.ts';
import { checkFolder, checkKey, isName } from './key.ts';
import type { ByteRange, Store, StoredObject } from './store.ts';

/** Below the root, so that it is on the same file system; hidden, so that nothing lists it. */
const stagingFolder = '.staging';
/** No write takes this long: a staged file of this age belongs to a writer that was killed. */
const abandonedAfterMs = 3_600_000;

/**
 * A lake in a folder. An object is written to a staging file, synced, and then linked to its name: link(2) fails when
 * the name is taken, so a name only ever stands for a whole object, and of many writers one wins.
 */
export class FileStore implements Store {
  readonly root: string;
  readonly #staging: string;
  #swept: Promise<void> | null = null;

  constructor(folder: string) {
    this.root = resolve(folder);
    this.#staging = join(this.root, stagingFolder);
  }

  async create(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    const target = this.localPath(key);
    const staged = join(this.#staging, `${process.pid}-${randomUUID()}.tmp`);
    try {
      await makeFolder(this.#staging);
      this.#swept ??= sweep(this.#staging);
      await this.#swept;
      await makeFolder(dirname(target));
      try {
        await writeDurably(staged, bytes);
        await link(staged, target);
      } finally {
        await rm(staged, { force: true });
      }
      await syncFolder(dirname(target));
      return 'created';
    } catch (error) {
      if (codeOf(error) === 'EEXIST' && (await isFile(target))) return 'exists';
      throw fileFault(target, error);
    }
  }

  async read(key: string, range?: ByteRange): Promise<Uint8Array<ArrayBuffer>> {
    const path = this.localPath(key);
    try {
      return await withFile(path, 'r', async (file) => {
        const { start, end } = range ?? { start: 0, end: (await file.stat()).size };
        const bytes = new Uint8Array(end - start);
        let filled = 0;
        while (filled < bytes.length) {
          const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
          if (bytesRead === 0) return bytes.subarray(0, filled);
          filled += bytesRead;
        }
        return bytes;
      });
    } catch (error) {
      throw fileFault(path, error);
    }
  }

  async size(key: string): Promise<number> {
    const path = this.localPath(key);
    try {
      return (await stat(path)).size;
    } catch (error) {
      throw fileFault(path, error);
    }
  }

  async *list(folder: string): AsyncIterable<StoredObject> {
    checkFolder(folder);
    for (const entry of await this.#entries(folder)) {
      if (entry.isDirectory()) {
        yield* this.list(`${folder}${entry.name}/`);
        continue;
      }
      const key = `${folder}${entry.name}`;
      const size = await this.#sizeOrNull(key);
      if (size !== null) yield { key, size };
    }
  }

  async folders(folder: string): Promise<string[]> {
    checkFolder(folder);
    const entries = await this.#entries(folder);
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  }

  async remove(key: string): Promise<void> {
    const path = this.localPath(key);
    try {
      await unlink(path);
      await syncFolder(dirname(path));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw fileFault(path, error);
    }
  }

  localPath(key: string): string {
    checkKey(key);
    return join(this.root, key);
  }

  /** Files and folders of a folder in the order in which S3 lists their keys; none where there is no such folder. */
  async #entries(folder: string): Promise<Dirent[]> {
    const path = join(this.root, folder);
    try {
      const entries = await readdir(path, { withFileTypes: true });
      return entries
        .filter((entry) => isName(entry.name) && (entry.isFile() || entry.isDirectory()))
        .map((entry) => ({ entry, order: entry.isDirectory() ? `${entry.name}/` : entry.name }))
        .sort((a, b) => (a.order < b.order ? -1 : 1))
        .map(({ entry }) => entry);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw fileFault(path, error);
    }
  }

  async #sizeOrNull(key: string): Promise<number | null> {
    const path = this.localPath(key);
    try {
      return (await stat(path)).size;
    } catch (error) {
      // Removed since the folder was read.
      if (codeOf(error) === 'ENOENT') return null;
      throw fileFault(path, error);
    }
  }
}

async function withFile<Result>(
  path: string,
  flags: string,
  use: (file: FileHandle) => Promise<Result>,
): Promise<Result> {
  const file = await open(path, flags);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  return withFile(path, 'wx', async (file) => {
    await file.writeFile(bytes);
    await file.sync();
  });
}

/**
 * Makes a folder with those above it, and syncs the entries of the new ones, which a power cut would take otherwise.
 * Step by step: `recursive` reports ENOENT where the file system is read-only.
 */
async function makeFolder(path: string, isParentThere = false): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    // Some file systems, such as /proc, say so of every new folder.
    if (codeOf(error) !== 'ENOENT' || isParentThere) throw error;
    await makeFolder(dirname(path));
    return makeFolder(path, true);
  }
  await syncFolder(dirname(path));
}

function syncFolder(path: string): Promise<void> {
  return withFile(path, 'r', (folder) => folder.sync());
}

/** Removes what killed writers left behind. */
async function sweep(staging: string): Promise<void> {
  for (const name of await readdir(staging)) {
    const path = join(staging, name);
    const modified = (await stat(path).catch(() => null))?.mtimeMs ?? Date.now();
    if (Date.now() - modified > abandonedAfterMs) await rm(path, { force: true });
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
