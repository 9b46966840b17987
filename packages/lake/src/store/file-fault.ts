import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError, type StoreFault } from './store-error.ts';

const faults: Readonly<Record<string, readonly [StoreFault, string]>> = {
  ENOSPC: ['disk_full', 'the disk is full: free some space, or put the lake on another disk'],
  EDQUOT: ['disk_full', 'your quota on this disk is used up: free some space, or put the lake on another disk'],
  EROFS: ['read_only', 'the file system is read-only: put the lake where it can be written'],
  EACCES: ['access_denied', 'no permission: give this user the right to it, or put the lake elsewhere'],
  EPERM: [
    'access_denied',
    'not permitted: the folder is protected, or its file system has no hard links: put the lake elsewhere',
  ],
  ENOENT: ['not_found', 'there is no such file'],
  ENOTDIR: ['invalid', 'a part of this path is a file and no folder: choose another folder for the lake'],
  EISDIR: ['invalid', 'is a folder where a file should be'],
  EEXIST: ['invalid', 'something else of this name is in the way'],
  ENAMETOOLONG: ['invalid', 'the path is too long: choose a folder with a shorter one'],
  EXDEV: ['unsupported', 'the lake spans two file systems: keep all of its folder on one'],
  EOPNOTSUPP: ['unsupported', 'this file system has no hard links: put the lake on another'],
  ENOSYS: ['unsupported', 'this file system has no hard links: put the lake on another'],
  EMFILE: ['failed', 'too many open files: raise the limit (ulimit -n)'],
  EIO: ['failed', 'the disk reports an error: look at the system log'],
};

/** An error of the file system in plain words. */
export function fileFault(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [fault, usual] = faults[code] ?? ['failed', error instanceof Error ? error.message : String(error)];
  const file = code === 'ENOTDIR' ? fileIn(path) : null;
  const explanation = file === null ? usual : `${file} is a file and no folder: choose another folder for the lake`;
  return new StoreError(fault, path, code === '' ? explanation : `${explanation} (${code})`, error);
}

/** The part of a path that is a file; null where there is none any more. */
function fileIn(path: string): string | null {
  for (let part = path; part !== dirname(part); part = dirname(part)) {
    try {
      return statSync(part).isDirectory() ? null : part;
    } catch {
      // Below the file, nothing can be looked at.
    }
  }
  return null;
}
