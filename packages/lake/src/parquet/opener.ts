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
  readonly bytes: number;
}

/** What a parsed footer takes in memory, about. */
const footerBytes = 16_384;

/**
 * Opens objects. Those that are read whole by that, as most snapshots are, can be kept for the next time, since objects never
 * change: a day of snapshots is some hundred of them, each as far away as a large one.
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
    const opened = this.#read(object);
    if (size <= tailBytes && this.#mostBytes > 0) {
      this.#keep(key, { opened, bytes: size + footerBytes });
      opened.catch(() => this.#forget(key));
    }
    return opened;
  }

  async #read(object: StoredObject): Promise<OpenedObject> {
    const file = new ObjectFile(this.#store, object);
    return { file, ...(await readFooter(file)) };
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    this.#bytes += kept.bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}
