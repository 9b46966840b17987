import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CompactedDate, type CompactOptions, compact, type Store } from '@feedlake/lake';
import { day } from '@feedlake/schema';
import { at } from './rows.ts';

/** Times of the rows that are compacted. */
export const start = at('2026-03-01T00:00:00Z');

/** Compacts all dates of March 2026 without waiting. */
export async function compactAll(store: Store, options: Partial<CompactOptions> = {}): Promise<CompactedDate[]> {
  const folder = mkdtempSync(join(tmpdir(), 'feedlake-compaction-'));
  try {
    return await compact(store, { now: start + 40 * day, afterMs: 0, folder, removalDelayMs: 0, ...options });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Names of everything in a store, without the part that all of one date have in common. */
export async function namesIn(store: Store): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of store.list('')) names.push(key.slice(key.lastIndexOf('/') + 1));
  return names;
}

/** A call that changes a store. */
export interface Change {
  readonly call: 'create' | 'remove';
  readonly key: string;
}

/** A store with something to be done before and after each change; what that throws, the store throws. */
export function steppedStore(
  store: Store,
  before: (change: Change) => Promise<void> | void,
  after: (change: Change) => Promise<void> | void = () => {},
): Store {
  async function step<Result>(change: Change, work: () => Promise<Result>): Promise<Result> {
    await before(change);
    const result = await work();
    await after(change);
    return result;
  }
  return {
    root: store.root,
    create: (key, bytes) => step({ call: 'create', key }, () => store.create(key, bytes)),
    read: (key, range) => store.read(key, range),
    size: (key) => store.size(key),
    list: (folder) => store.list(folder),
    folders: (folder) => store.folders(folder),
    remove: (key) => step({ call: 'remove', key }, () => store.remove(key)),
  };
}
