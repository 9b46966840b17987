import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dateFolder, type LakeObject } from '../layout.ts';
import { prefetch } from '../prefetch.ts';
import { isGone } from '../store/is-gone.ts';
import type { Store, StoredObject } from '../store/store.ts';
import { type Commit, commitKey, type DatePartition, encodeCommit, readCommit } from './commit.ts';
import { Engine } from './engine.ts';
import { changedLeftovers, type Input, takeInputs } from './inputs.ts';
import { isSuperseded, isWhole, type Listing, listingOf } from './partition.ts';
import { type Merge, planOf } from './plan.ts';
import type { Removals } from './removal.ts';
import { type Written, writeOutputs } from './write-outputs.ts';

/** What compacting takes. */
export interface Tools {
  readonly store: Store;
  /** A folder for files that are not wanted afterwards. */
  readonly folder: string;
  readonly memoryBytes: number;
  readonly removals: Removals;
  readonly signal: AbortSignal | undefined;
}

/** What became of a date. */
export interface DateResult {
  /**
   * `finished`: what an earlier compaction left to be removed; `changed`: objects went while they were read, each time
   * that it was tried: somebody else is compacting it.
   */
  readonly outcome: 'compacted' | 'finished' | 'unchanged' | 'changed';
  readonly inputs: readonly Pick<Input, 'bytes' | 'rows'>[];
  readonly written: Written;
}

/** How often a date is looked at anew whose objects go while they are read. */
const attempts = 3;
const parallelRemovals = 16;
const nothing = { inputs: [], written: { outputs: [], rows: 0 } };

/**
 * Compacts a date: writes what its objects come to, looks that it is whole, publishes the commit, and has removed what
 * that replaces. See docs/architecture.md, "Compaction", for why nothing can get lost.
 * @param onFailed Told when what was replaced could not be removed; the next compaction does it.
 * @throws StoreError; ObjectError when an input is damaged; CompactionError. Nothing was removed then.
 */
export async function compactDate(
  tools: Tools,
  partition: DatePartition,
  onFailed: (error: unknown) => void,
): Promise<DateResult> {
  const { store, removals } = tools;
  const later = (work: () => Promise<void>) => removals.add(() => work().catch(onFailed));
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { objects, commits: keys } = await listDate(store, partition);
    const commits = await readCommits(store, keys);
    if (commits === null) continue;
    const seen = planOf(partition, objects, commits);
    const changed = await changedLeftovers(store, seen.leftovers);
    const { leftovers, superseded, merge } = planOf(partition, objects, commits, changed);
    for (const [commit, left] of Map.groupBy(leftovers, (leftover) => leftover.commit)) {
      later(() =>
        removeReplaced(
          store,
          partition,
          commit,
          left.map(({ object }) => object),
          [],
        ),
      );
    }
    const [latest] = commits.filter((commit) => !superseded.includes(commit) && isWhole(commit, objects));
    if (superseded.length > 0 && latest !== undefined) {
      later(() => removeReplaced(store, partition, latest, [], superseded));
    }
    if (merge === null) {
      return { outcome: leftovers.length + superseded.length > 0 ? 'finished' : 'unchanged', ...nothing };
    }
    try {
      const { inputs, written, commit } = await mergeObjects(tools, partition, merge);
      later(() => removeReplaced(store, partition, commit, merge.inputs, merge.supersedes));
      return { outcome: 'compacted', inputs, written };
    } catch (error) {
      const left = new Set((await listDate(store, partition)).objects.map(({ key }) => key));
      if (merge.inputs.every(({ key }) => left.has(key))) throw error;
    }
  }
  return { outcome: 'changed', ...nothing };
}

/** Lists objects and commits of a date. */
export async function listDate(store: Store, { dataset, exchange, date }: DatePartition): Promise<Listing> {
  const stored: StoredObject[] = [];
  for await (const object of store.list(dateFolder(dataset, exchange, date))) stored.push(object);
  return listingOf(stored);
}

/** Null when one of them is gone. */
export async function readCommits(store: Store, keys: readonly string[]): Promise<Commit[] | null> {
  try {
    return await Promise.all(keys.map((key) => readCommit(store, key)));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

async function mergeObjects(
  { store, folder, memoryBytes, signal }: Tools,
  partition: DatePartition,
  { id, inputs: objects, inherited }: Merge,
): Promise<{ inputs: Input[]; written: Written; commit: Commit }> {
  await mkdir(folder, { recursive: true });
  const own = await mkdtemp(join(folder, 'date-'));
  try {
    const inputs = await takeInputs(store, partition.dataset, objects, join(own, 'inputs'));
    const engine = await Engine.open({ folder: join(own, 'spill'), memoryBytes, signal });
    let written: Written;
    try {
      written = await writeOutputs({ store, engine, partition, id, inputs, folder: own });
    } catch (error) {
      throw aboutObjects(error, inputs);
    } finally {
      engine.close();
    }
    signal?.throwIfAborted();
    const replaces = inputs.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
    const commit = { id, outputs: written.outputs, replaces: [...replaces, ...inherited] };
    await store.create(commitKey(partition, id), encodeCommit(commit));
    return { inputs, written, commit };
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** DuckDB names the files that it reads: people know them by their keys. */
function aboutObjects(error: unknown, inputs: readonly Input[]): unknown {
  if (!(error instanceof Error)) return error;
  const named = inputs.find(({ path }) => error.message.includes(path));
  if (named !== undefined) error.message = error.message.replaceAll(named.path, named.key);
  return error;
}

/**
 * Removes what a commit replaces, then the commits that it takes the place of: they are needed as long as anything that
 * they replace may be there. Looks once more that the rows are in the lake without it.
 */
async function removeReplaced(
  store: Store,
  partition: DatePartition,
  commit: Commit,
  replaced: readonly LakeObject[],
  supersedes: readonly Commit[],
): Promise<void> {
  const { objects, commits: keys } = await listDate(store, partition);
  const commits = (await readCommits(store, keys)) ?? [];
  if (!isWhole(commit, objects) && !isSuperseded(commit, commits, objects)) return;
  const sizes = new Map(objects.map(({ key, size }) => [key, size]));
  const same = replaced.filter(({ key, size }) => sizes.get(key) === size);
  for await (const _ of prefetch(same, parallelRemovals, ({ key }) => store.remove(key)));
  for (const { id } of supersedes) await store.remove(commitKey(partition, id));
}
