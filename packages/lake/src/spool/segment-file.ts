import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileFault } from '../store/file-fault.ts';

/**
 * A file that only grows. What was appended is on disk when {@link append} is done; after a failure the file is cut back
 * to what was there before, so that its frames stay whole.
 */
export class SegmentFile {
  readonly path: string;
  #handle: FileHandle | null = null;
  #bytes = 0;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens a file that is there, to be continued after so many bytes of it; what follows them is cut off.
   * @throws StoreError
   */
  static async reopen(path: string, bytes: number): Promise<SegmentFile> {
    try {
      const file = new SegmentFile(path);
      file.#handle = await open(path, 'r+');
      await file.#handle.truncate(bytes);
      file.#bytes = bytes;
      return file;
    } catch (error) {
      throw fileFault(path, error);
    }
  }

  /** Bytes that are on disk. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends and syncs; the first call makes the file.
   * @throws StoreError, with the file as it was before.
   */
  async append(chunks: readonly Uint8Array[]): Promise<void> {
    try {
      this.#handle ??= await create(this.path);
      let end = this.#bytes;
      for (const chunk of chunks) {
        await writeAll(this.#handle, chunk, end);
        end += chunk.length;
      }
      await this.#handle.datasync();
      this.#bytes = end;
    } catch (error) {
      await this.#handle?.truncate(this.#bytes).catch(() => undefined);
      throw fileFault(this.path, error);
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }
}

async function create(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, 'wx');
  const folder = await open(dirname(path), 'r');
  await folder.sync();
  await folder.close();
  return handle;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
