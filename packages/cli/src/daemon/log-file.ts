import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A log that has grown beyond this is put aside when the next one begins; so many are kept. */
const largest = 10_000_000;
const kept = 3;
const block = 65_536;
/** How often a log that is followed is looked at, in milliseconds. */
const lookMs = 200;

/** The log of the instance in the background. */
export function logFile(stateDir: string): string {
  return join(stateDir, 'daemon.log');
}

/** Puts a log aside that has become large. */
export async function rotate(file: string): Promise<void> {
  const size = (await stat(file).catch(() => null))?.size ?? 0;
  if (size < largest) return;
  for (let number = kept; number > 0; number -= 1) {
    const older = number === 1 ? file : `${file}.${number - 1}`;
    await rename(older, `${file}.${number}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/**
 * The last lines of a file, read from its end, from a place on.
 * @param from Bytes at its beginning that are left out.
 * @throws an error of the file system.
 */
export async function lastLines(path: string, lines: number, from = 0): Promise<{ text: string; end: number }> {
  const file = await open(path, 'r');
  try {
    const end = (await file.stat()).size;
    let start = end;
    let bytes = Buffer.alloc(0);
    while (start > from && newlines(bytes) <= lines) {
      const before = Math.max(from, start - block);
      bytes = Buffer.concat([await readRange(file, before, start), bytes]);
      start = before;
    }
    const text = bytes.toString();
    const all = text.split('\n');
    const isWhole = all.at(-1) === '';
    return { text: all.slice(-(lines + (isWhole ? 1 : 0))).join('\n'), end };
  } finally {
    await file.close();
  }
}

/**
 * What is added to a file after a place, as it comes, until the signal. A file that was put aside or cut is read from the
 * beginning of the new one.
 */
export async function* follow(path: string, from: number, signal: AbortSignal): AsyncGenerator<string> {
  let place = from;
  let inode = (await stat(path).catch(() => null))?.ino ?? null;
  while (!signal.aborted) {
    const found = await stat(path).catch(() => null);
    if (found !== null) {
      if (found.ino !== inode || found.size < place) place = 0;
      inode = found.ino;
      if (found.size > place) {
        const file = await open(path, 'r');
        try {
          const bytes = await readRange(file, place, found.size);
          place += bytes.length;
          yield bytes.toString();
        } finally {
          await file.close();
        }
      }
    }
    await setTimeout(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

async function readRange(file: FileHandle, start: number, end: number): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  return bytes.subarray(0, bytesRead);
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x0a) count += 1;
  return count;
}
