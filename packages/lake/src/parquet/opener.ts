import type { FileMetaData } from 'hyparquet';
import type { Store, StoredObject } from '../store/store.ts';
import { type ObjectFooter, readFooter } from './footer.ts';
import { ObjectFile, tailBytes } from './object-file.ts';

/** An object whose footer was read. */
export interface OpenedObject {
  readonly file: ObjectFile;
  readonly parquet: FileMetaData;
  readonly footer: ObjectFooter;
}

interface Kept {
  readonly opened: Promise<OpenedObject>;
  bytes: number;
}

/** What a parsed footer takes in memory, about, and a value of a column that was decoded. */
const footerBytes = 16_384;
const valueBytes = 48;

/**
 * Opens objects. Those that are read whole by that, as most snapshots are, can be kept for the next time with what was decoded
 * of them, since objects never change: a day of snapshots is some hundred of them, each as far away as a large one.
 */
export class Opener {
  readonly #store: Store;
  readonly #mostBytes: number;
  /** The one that was asked for last is the last. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  /** @param mostBytes Up to so much is kept; 0 = nothing. */
  constructor(store: Store, mostBytes: number) {
    this.#store = store;
    this.#mostBytes = mostBytes;
  }

  /** @throws StoreError when the store can't read it, ObjectError when it is no Parquet file. */
  async open(object: StoredObject): Promise<OpenedObject> {
    const { key, size } = object;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.opened;
    }
    if (size > tailBytes || this.#mostBytes === 0) return this.#read(object, false);
    const opened = this.#read(object, true);
    const next = { opened, bytes: 0 };
    this.#kept.set(key, next);
    this.#grow(key, next, size + footerBytes);
    opened.then(
      ({ parquet }) => this.#grow(key, next, Number(parquet.num_rows) * parquet.schema.length * valueBytes),
      () => this.#forget(key, next),
    );
    return opened;
  }

  async #read(object: StoredObject, keepsDecoded: boolean): Promise<OpenedObject> {
    const file = new ObjectFile(this.#store, object, keepsDecoded);
    return { file, ...(await readFooter(file)) };
  }

  /** Takes more memory for an object, where it is still kept. */
  #grow(key: string, kept: Kept, bytes: number): void {
    if (this.#kept.get(key) !== kept) return;
    kept.bytes += bytes;
    this.#bytes += bytes;
    // It alone is too much: the others stay.
    if (kept.bytes > this.#mostBytes) this.#forget(key, kept);
    for (const [oldest, its] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#forget(oldest, its);
    }
  }

  #forget(key: string, kept: Kept): void {
    if (this.#kept.get(key) !== kept) return;
    this.#bytes -= kept.bytes;
    this.#kept.delete(key);
  }
}
