import type { Store } from '@feedlake/lake';

/** A store that notes every read and listing of the one behind it. */
export function countingStore(store: Store): {
  store: Store;
  reads: { key: string; bytes: number }[];
  listings: string[];
} {
  const reads: { key: string; bytes: number }[] = [];
  const listings: string[] = [];
  const counting: Store = {
    root: store.root,
    create: (key, bytes) => store.create(key, bytes),
    read: async (key, range) => {
      const bytes = await store.read(key, range);
      reads.push({ key, bytes: bytes.length });
      return bytes;
    },
    size: (key) => store.size(key),
    list: (folder) => {
      listings.push(folder);
      return store.list(folder);
    },
    folders: (folder) => {
      listings.push(folder);
      return store.folders(folder);
    },
    remove: (key) => store.remove(key),
  };
  return { store: counting, reads, listings };
}
