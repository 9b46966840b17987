/** One object of a store. */
export interface StoredObject {
  /** Path below the store's root, with `/` between its parts. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/** A stretch of bytes: `start` inclusive, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where objects are kept: a folder or a bucket. Objects are written once and never changed. Every method throws
 * `StoreError`, in words that say what to change.
 */
export interface Store {
  /** What the user called it: a folder's absolute path, or `s3://bucket/prefix`. */
  readonly root: string;
  /** Writes an object whole and durably, unless there is one of that name. Of any number of racers one creates it. */
  create(key: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  /** The bytes of an object, or those of a range of it. */
  read(key: string, range?: ByteRange): Promise<Uint8Array<ArrayBuffer>>;
  /** Bytes of an object. */
  size(key: string): Promise<number>;
  /** All objects below a folder (`''` or a path that ends in `/`), sorted by key. */
  list(folder: string): AsyncIterable<StoredObject>;
  /** Names of the folders right below a folder (`''` or a path that ends in `/`), sorted, without slashes. */
  folders(folder: string): Promise<string[]>;
  /** Removes an object; one that is not there is no error. */
  remove(key: string): Promise<void>;
  /** The path of an object on this machine, where it has one. */
  localPath?(key: string): string;
}
