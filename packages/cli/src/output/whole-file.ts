import { randomUUID } from 'node:crypto';
import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Makes a file that is there as a whole or not at all: it is written under another name beside it, `.NAME.….part`, which
 * is its own once all of it is written. Where that fails, what was there before stays. A pipe or a device is written
 * as it is.
 * @param write Writes to the path that it is given.
 * @throws what `write` throws, and Node's own errors.
 */
export async function writeWhole<Result>(path: string, write: (path: string) => Promise<Result>): Promise<Result> {
  const there = await stat(path).catch(() => null);
  if (there !== null && !there.isFile()) return write(path);
  // Behind a link is what is to be replaced, not the link.
  const target = there === null ? path : await realpath(path);
  const part = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`);
  try {
    const result = await write(part);
    if (there !== null) await chmod(part, there.mode);
    await rename(part, target);
    return result;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Writes texts to a file as they come. */
export async function writeTexts(path: string, texts: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'w');
  try {
    for await (const text of texts) await file.appendFile(text);
  } finally {
    await file.close();
  }
}
