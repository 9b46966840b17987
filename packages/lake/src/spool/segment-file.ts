import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileFault } from '../store/file-fault.ts';

/**
 * A file that only grows. What was appended is on disk when {@link append} is done; what an append that failed has left
 * is cut off before anything else is appended.
 */
export class SegmentFile {
  readonly path: string;
  #handle: FileHandle | null = null;
  #bytes = 0;
  /** There may be bytes behind those that count. */
  #torn = false;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens a file that is there, to be continued after so many bytes of it; what follows them is cut off.
   * @throws StoreError
   */
  static async reopen(path: string, bytes: number): Promise<SegmentFile> {
    const file = new SegmentFile(path);
    try {
      file.#handle = await open(path, 'r+');
      await file.#handle.truncate(bytes);
      file.#bytes = bytes;
      return file;
    } catch (error) {
      await file.#handle?.close();
      throw fileFault(path, error);
    }
  }

  /** Bytes that are on disk. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends and syncs; the first call makes the file.
   * @throws StoreError; none of the chunks count then.
   */
  async append(chunks: readonly Uint8Array[]): Promise<void> {
    try {
      this.#handle ??= await create(this.path);
      await this.#mend();
      this.#torn = true;
      const end = await writeAll(this.#handle, chunks, this.#bytes);
      await this.#handle.datasync();
      this.#bytes = end;
      this.#torn = false;
    } catch (error) {
      await this.#mend().catch(() => undefined);
      throw fileFault(this.path, error);
    }
  }

  /** Closes the file, and removes it when nothing was ever appended. What was appended is on disk, so nothing can fail. */
  async close(): Promise<void> {
    if (this.#handle === null) return;
    await this.#mend().catch(() => undefined);
    await this.#handle.close().catch(() => undefined);
    this.#handle = null;
    if (this.#bytes === 0) await rm(this.path, { force: true }).catch(() => undefined);
  }

  async #mend(): Promise<void> {
    if (!this.#torn) return;
    await this.#handle?.truncate(this.#bytes);
    this.#torn = false;
  }
}

async function create(path: string): Promise<FileHandle> {
  const folder = resolve(dirname(path));
  const made = await mkdir(folder, { recursive: true });
  const handle = await open(path, 'wx');
  try {
    // A power cut takes new entries of folders that were not synced.
    for (let above = folder; ; above = dirname(above)) {
      await syncFolder(above);
      if (made === undefined || above === dirname(made)) return handle;
    }
  } catch (error) {
    await handle.close();
    await rm(path, { force: true });
    throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The system takes so many at once, at most. */
const mostChunks = 1024;

/**
 * Writes chunks one after the other, in as few calls as the system allows: each one waits for its turn of the event loop.
 * @returns the position after them.
 */
async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<number> {
  let end = position;
  for (let rest = [...chunks]; rest.length > 0; ) {
    let { bytesWritten } = await handle.writev(rest.slice(0, mostChunks), end);
    end += bytesWritten;
    let whole = 0;
    for (; bytesWritten >= (rest[whole]?.length ?? Number.POSITIVE_INFINITY); whole += 1) {
      bytesWritten -= rest[whole]?.length ?? 0;
    }
    rest = rest.slice(whole);
    if (bytesWritten > 0) rest[0] = rest[0]?.subarray(bytesWritten) ?? new Uint8Array();
  }
  return end;
}
