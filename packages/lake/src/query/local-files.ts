import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DatasetName } from '@feedlake/schema';
import type { ObjectFilter } from '../catalog.ts';
import type { Lake } from '../lake.ts';
import type { LakeObject } from '../layout.ts';
import { prefetch } from '../prefetch.ts';
import { FileStore } from '../store/file-store.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';

const parallelDownloads = 8;

/**
 * Paths on this machine of a dataset's objects. Objects of a bucket are downloaded to the cache folder; they never
 * change, so what is there already is not downloaded again.
 * @throws StoreError
 */
export async function localFiles(
  lake: Lake,
  dataset: DatasetName,
  filter: ObjectFilter,
  cacheFolder: string | null,
): Promise<string[]> {
  const objects: LakeObject[] = [];
  for await (const object of lake.objects(dataset, filter)) objects.push(object);
  const { store } = lake;
  if (store.localPath !== undefined) return objects.map(({ key }) => store.localPath?.(key) ?? key);
  if (cacheFolder === null) {
    throw new StoreError('invalid', store.root, 'a query over a bucket needs a folder to keep downloaded objects in');
  }
  const cache = new FileStore(join(cacheFolder, createHash('sha256').update(store.root).digest('hex').slice(0, 16)));
  const paths: string[] = [];
  const downloads = prefetch(objects, parallelDownloads, (object) => download(store, cache, object));
  for await (const path of downloads) paths.push(path);
  return paths;
}

async function download(store: Store, cache: FileStore, { key, size }: LakeObject): Promise<string> {
  const cached = await cache.size(key).catch(() => null);
  if (cached !== null && cached !== size) await cache.remove(key);
  if (cached !== size) await cache.create(key, await store.read(key));
  return cache.localPath(key);
}
