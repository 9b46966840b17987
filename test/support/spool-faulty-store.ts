import { type Store, StoreError } from '@feedlake/lake';

/** When a call fails: before it does anything, or after it did all of it, so that only its answer is lost. */
export type FaultMoment = 'before' | 'after';

/** A store whose n-th call (from 1) of those that sealing makes fails. */
export function faultyStore(store: Store, failing: number, moment: FaultMoment): { store: Store; calls: () => number } {
  let calls = 0;
  async function call<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    calls += 1;
    const fails = calls === failing;
    if (fails && moment === 'before') throw new StoreError('unreachable', key, 'can not be reached');
    const result = await work();
    if (fails) throw new StoreError('unreachable', key, 'does not answer');
    return result;
  }
  return {
    calls: () => calls,
    store: {
      root: store.root,
      create: (key, bytes) => call(key, () => store.create(key, bytes)),
      read: (key, range) => call(key, () => store.read(key, range)),
      size: (key) => call(key, () => store.size(key)),
      list: (folder) => store.list(folder),
      folders: (folder) => store.folders(folder),
      remove: (key) => store.remove(key),
    },
  };
}
