import { FileStore } from './file-store.ts';
import { type S3Options, S3Store } from './s3-store.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

const s3Location = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;
const otherScheme = /^[a-z][a-z0-9+.-]+:\/\//i;

/**
 * Opens the store that a location names: a folder, or `s3://bucket/prefix`. Nothing is read or made yet.
 * @throws StoreError `invalid` for anything else.
 */
export function openStore(location: string, options: { s3?: S3Options } = {}): Store {
  const s3 = s3Location.exec(location);
  if (s3 !== null) return new S3Store(s3[1] ?? '', (s3[2] ?? '').replace(/\/+$/, ''), options.s3);
  if (location === '' || otherScheme.test(location)) {
    throw new StoreError('invalid', location, 'is no lake: give a folder, or s3://bucket/prefix');
  }
  return new FileStore(location);
}
