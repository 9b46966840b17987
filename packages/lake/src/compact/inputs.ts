import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Columns, type ColumnType, type DatasetName, datasets, schemaVersion } from '@feedlake/schema';
import type { FileMetaData } from 'hyparquet';
import type { LakeObject } from '../layout.ts';
import { ObjectError, readFooter } from '../parquet/footer.ts';
import { metadataKey } from '../parquet/metadata.ts';
import { ObjectFile } from '../parquet/object-file.ts';
import { prefetch } from '../prefetch.ts';
import { fileFault } from '../store/file-fault.ts';
import { FileStore } from '../store/file-store.ts';
import { isGone } from '../store/is-gone.ts';
import type { Store } from '../store/store.ts';
import type { Replaced } from './commit.ts';
import { CompactionError } from './compaction-error.ts';
import type { Leftover } from './partition.ts';

/** An object on this machine. */
export interface Input extends Replaced {
  readonly key: string;
  readonly path: string;
  readonly rows: number;
}

const parallelInputs = 8;

/**
 * Brings objects onto this machine, in their order, and looks that all of them can be merged.
 * @param folder Where those of a bucket are put.
 * @throws StoreError, `not_found` when one of them is gone; ObjectError when one is damaged; CompactionError when one has
 * what this version does not know, and would lose.
 */
export async function takeInputs(
  store: Store,
  dataset: DatasetName,
  objects: readonly LakeObject[],
  folder: string,
): Promise<Input[]> {
  const inputs: Input[] = [];
  await mkdir(folder, { recursive: true });
  const numbered = objects.map((object, index) => ({ object, path: pathOf(store, object, folder, index) }));
  for await (const input of prefetch(numbered, parallelInputs, ({ object, path }) =>
    take(store, dataset, object, path),
  )) {
    inputs.push(input);
  }
  return inputs;
}

/**
 * The keys of leftovers that have other content than what was replaced, though name and size are the same; nothing is
 * removed on the word of a listing. One that is gone meanwhile is none.
 * @throws StoreError
 */
export async function changedLeftovers(store: Store, leftovers: readonly Leftover[]): Promise<Set<string>> {
  const changed = new Set<string>();
  const looks = prefetch(leftovers, parallelInputs, async ({ object, sha256 }) => {
    const found = await checksumOf(store, object.key).catch((error: unknown) => {
      if (isGone(error)) return sha256;
      throw error;
    });
    return { key: object.key, isChanged: found !== sha256 };
  });
  for await (const { key, isChanged } of looks) if (isChanged) changed.add(key);
  return changed;
}

/** Files that are read in the order of their names are read in the order of the objects. */
function pathOf(store: Store, { key }: LakeObject, folder: string, index: number): string {
  return store.localPath?.(key) ?? join(folder, `${String(index).padStart(6, '0')}.parquet`);
}

async function take(store: Store, dataset: DatasetName, { key, name, size }: LakeObject, path: string): Promise<Input> {
  let sha256: string;
  if (store.localPath === undefined) {
    const bytes = await store.read(key);
    if (bytes.length !== size) throw new ObjectError(key, `it has ${bytes.length} bytes and was listed with ${size}`);
    sha256 = createHash('sha256').update(bytes).digest('hex');
    await writeFile(path, bytes).catch((error: unknown) => {
      throw fileFault(path, error);
    });
  } else sha256 = await checksumOf(store, key);
  const file = new ObjectFile(new FileStore(dirname(path)), { key: basename(path), size });
  const { footer, parquet } = await readFooter(file).catch((error: unknown) => {
    throw error instanceof ObjectError ? new ObjectError(key, error.cause) : error;
  });
  const version = Number(footer.metadata.get(metadataKey.schemaVersion) ?? schemaVersion);
  if (!(version <= schemaVersion)) {
    throw new CompactionError(
      `${key} has version ${version} of the schema, and this feedlake knows ${schemaVersion}: use a newer one`,
    );
  }
  checkColumns(key, dataset, parquet);
  return { key, name, path, bytes: size, sha256, rows: footer.rows };
}

/** Physical types of the columns. */
const physical: Readonly<Record<ColumnType, string>> = {
  decimal: 'DOUBLE',
  time: 'INT64',
  integer: 'INT64',
  text: 'BYTE_ARRAY',
  flag: 'BOOLEAN',
};

/** A column that is not known would be lost, one of another type changed. */
function checkColumns(key: string, dataset: DatasetName, { schema }: FileMetaData): void {
  const known: Columns = datasets[dataset].columns;
  const found = new Map(schema.slice(1).map((element) => [element.name, element.type]));
  for (const [name, type] of found) {
    const column = known[name];
    if (column === undefined)
      throw new CompactionError(`${key} has a column ${name} that this feedlake does not know: use a newer one`);
    if (type !== physical[column.type])
      throw new CompactionError(`${key}: its column ${name} is ${type}, not ${physical[column.type]}`);
  }
  const missing = Object.keys(known).find((name) => known[name]?.nullable === false && !found.has(name));
  if (missing !== undefined) throw new CompactionError(`${key} has no column ${missing}`);
}

async function checksumOf(store: Store, key: string): Promise<string> {
  const hash = createHash('sha256');
  const path = store.localPath?.(key);
  if (path === undefined) return hash.update(await store.read(key)).digest('hex');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (error) {
    throw fileFault(path, error);
  }
  return hash.digest('hex');
}
