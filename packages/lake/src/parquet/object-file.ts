import type { AsyncBuffer } from 'hyparquet';
import type { Store, StoredObject } from '../store/store.ts';

/** Most footers, and many a whole snapshot, are within this many bytes of the end. */
export const tailBytes = 65_536;

/**
 * An object as the Parquet reader sees it: bytes that it asks for by range. The tail is read once and kept, so a
 * small object costs one read in all.
 */
export class ObjectFile implements AsyncBuffer {
  readonly key: string;
  readonly byteLength: number;
  /** Columns as they were decoded, by what was read; null where they are not kept. */
  readonly decoded: Map<string, Promise<ArrayLike<unknown>>> | null;
  readonly #store: Store;
  #tail: Promise<ArrayBuffer> | null = null;

  constructor(store: Store, { key, size }: StoredObject, keepsDecoded = false) {
    this.#store = store;
    this.decoded = keepsDecoded ? new Map() : null;
    this.key = key;
    this.byteLength = size;
  }

  async slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    const tailStart = Math.max(0, this.byteLength - tailBytes);
    if (start < tailStart) return (await this.#store.read(this.key, { start, end })).slice().buffer;
    this.#tail ??= this.#store
      .read(this.key, { start: tailStart, end: this.byteLength })
      .then((bytes) => bytes.slice().buffer);
    return (await this.#tail).slice(start - tailStart, end - tailStart);
  }
}
