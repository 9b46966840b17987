import { StoreError } from './store-error.ts';

const longestKey = 1024;
const longestPart = 255;

/**
 * Checks the key of an object: parts between slashes, none of them empty, hidden (`.x`), `.` or `..`; nothing that is
 * special to a file system or to S3 (at most 1024 bytes there).
 * @throws StoreError `invalid`.
 */
export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > longestKey || !key.split('/').every(isName)) {
    throw new StoreError('invalid', key.slice(0, longestKey), 'is no name that an object can have');
  }
}

/**
 * Checks the folder of a listing: `''`, or a key that ends in `/`.
 * @throws StoreError `invalid`.
 */
export function checkFolder(folder: string): void {
  if (folder === '') return;
  if (!folder.endsWith('/')) throw new StoreError('invalid', folder, 'is no folder: it has to end in /');
  checkKey(folder.slice(0, -1));
}

/** Whether one part of a key is a name that people may see: not hidden, no control characters, no backslash. */
export function isName(part: string): boolean {
  return part !== '' && !part.startsWith('.') && Buffer.byteLength(part) <= longestPart && !/[\p{Cc}\\/]/u.test(part);
}
