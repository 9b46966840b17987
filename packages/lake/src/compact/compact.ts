import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatasetName, datasetNames, day, isoDate } from '@feedlake/schema';
import type { ObjectFilter } from '../catalog.ts';
import { datasetFolder, exchangeFolder, parseKey, partitionValue } from '../layout.ts';
import { fileFault } from '../store/file-fault.ts';
import type { Store, StoredObject } from '../store/store.ts';
import { StoreError, type StoreFault } from '../store/store-error.ts';
import type { DatePartition } from './commit.ts';
import { idOfCommit } from './commit.ts';
import { compactDate, listDate, readCommits, type Tools } from './compact-date.ts';
import { type Listing, listingOf, mayHide } from './partition.ts';
import { planOf } from './plan.ts';
import { removalDelayMs as defaultRemovalDelayMs, Removals } from './removal.ts';

export interface CompactOptions extends ObjectFilter {
  /** Default: all that are compacted, see {@link compactedDatasets}. */
  readonly datasets?: readonly DatasetName[];
  /** The time now, in microseconds. */
  readonly now: number;
  /** A date is compacted when it has been over for this long (ms): what was received late is in the lake by then. */
  readonly afterMs: number;
  /** A folder on this machine for what is not wanted afterwards: objects of a bucket, and what does not fit in memory. */
  readonly folder: string;
  /** Bytes of memory for sorting; encoding takes some 200 MB besides. Default: 1 GB. */
  readonly memoryBytes?: number;
  /** Only tell what would be done. */
  readonly dryRun?: boolean;
  /** Milliseconds between a commit and the removal of what it replaces. Default: 10 s. Less is for tests. */
  readonly removalDelayMs?: number;
  readonly signal?: AbortSignal;
  /** Told how many dates have been looked at, of how many that may want it, and how many rows were merged. */
  readonly onProgress?: (progress: CompactionProgress) => void;
}

/** How far a compaction is: dates looked at, of so many that may want it, and rows merged. */
export interface CompactionProgress {
  readonly done: number;
  readonly total: number;
  readonly rows: number;
}

/** A count of before and after; null = not counted. */
interface BeforeAndAfter {
  readonly before: number | null;
  readonly after: number | null;
}

/** What became of one date that wanted compacting. */
export interface CompactedDate extends DatePartition {
  /**
   * `planned`: it would be done, in a dry run; `finished`: an earlier compaction's removals were; `changed`: somebody else
   * is at it; `failed`: see the message, nothing was lost.
   */
  readonly outcome: 'compacted' | 'planned' | 'finished' | 'changed' | 'failed';
  readonly objects: BeforeAndAfter;
  readonly bytes: BeforeAndAfter;
  readonly rows: BeforeAndAfter;
  readonly message: string | null;
}

/**
 * The datasets that are compacted: all but `raw`. Its rows have no order of their own within a millisecond but that of the
 * objects and rows they stand in, it is the evidence that everything else can be made from again, and nobody queries it.
 */
export const compactedDatasets: readonly DatasetName[] = datasetNames.filter((name) => name !== 'raw');

const defaultMemoryBytes = 1_000_000_000;
/** What is wrong with the store as a whole, and so with all that comes. */
const hopeless: ReadonlySet<StoreFault> = new Set<StoreFault>([
  'disk_full',
  'read_only',
  'access_denied',
  'credentials',
  'region',
  'no_bucket',
  'unreachable',
]);

/**
 * Compacts a lake: per dataset, exchange and closed date, the objects become one, or few, with each fact once. Any number
 * of these may run at once, and be killed at any moment.
 * @returns the dates that wanted it, in their order.
 * @throws StoreError when the store can't be used; the signal's reason. What fails on one date alone is in its result.
 */
export async function compact(store: Store, options: CompactOptions): Promise<CompactedDate[]> {
  const { folder, memoryBytes = defaultMemoryBytes, signal, dryRun = false, onProgress } = options;
  const removals = new Removals(options.removalDelayMs ?? defaultRemovalDelayMs);
  const own = await ownFolder(folder);
  const tools = { store, folder: own, memoryBytes, removals, signal };
  const results: CompactedDate[] = [];
  let rows = 0;
  try {
    const partitions = await candidates(store, options);
    onProgress?.({ done: 0, total: partitions.length, rows });
    for (const [done, partition] of partitions.entries()) {
      signal?.throwIfAborted();
      const at = results.length;
      const onFailed = (error: unknown) => {
        const known = results[at];
        const message = `what was replaced could not be removed, the next compaction does it: ${messageOf(error)}`;
        if (known !== undefined) results[at] = { ...known, outcome: 'failed', message };
      };
      const result = dryRun ? await planned(store, partition) : await compacted(tools, partition, onFailed);
      if (result !== null) results.push(result);
      rows += result?.rows.before ?? 0;
      onProgress?.({ done: done + 1, total: partitions.length, rows });
      await removals.doDue();
    }
    await removals.doAll(signal);
    return results;
  } finally {
    liveFolders.delete(own);
    await rm(own, { recursive: true, force: true });
  }
}

async function compacted(
  tools: Tools,
  partition: DatePartition,
  onFailed: (error: unknown) => void,
): Promise<CompactedDate | null> {
  try {
    const { outcome, inputs, written } = await compactDate(tools, partition, onFailed);
    if (outcome === 'unchanged') return null;
    const { outputs } = written;
    return {
      ...partition,
      outcome,
      objects: { before: inputs.length, after: outputs.length },
      bytes: { before: sum(inputs.map(({ bytes }) => bytes)), after: sum(outputs.map(({ bytes }) => bytes)) },
      rows: { before: sum(inputs.map((input) => input.rows)), after: written.rows },
      message: null,
    };
  } catch (error) {
    tools.signal?.throwIfAborted();
    if (error instanceof StoreError && hopeless.has(error.fault)) throw error;
    const counts = { objects: uncounted, bytes: uncounted, rows: uncounted };
    return { ...partition, ...counts, outcome: 'failed', message: messageOf(error) };
  }
}

const uncounted = { before: null, after: null };

async function planned(store: Store, partition: DatePartition): Promise<CompactedDate | null> {
  const { objects, commits: keys } = await listDate(store, partition);
  const { leftovers, superseded, merge } = planOf(partition, objects, (await readCommits(store, keys)) ?? []);
  const inputs = merge?.inputs ?? leftovers.map(({ object }) => object);
  if (merge === null && leftovers.length + superseded.length === 0) return null;
  return {
    ...partition,
    outcome: 'planned',
    objects: { before: inputs.length, after: null },
    bytes: { before: sum(inputs.map(({ size }) => size)), after: null },
    rows: uncounted,
    message: null,
  };
}

/** Closed dates that may want compacting, by their listing alone. */
async function candidates(store: Store, options: CompactOptions): Promise<DatePartition[]> {
  const { datasets = compactedDatasets, firstDate, now, afterMs } = options;
  const lastClosed = isoDate(now - afterMs * 1000 - day);
  const lastDate = options.lastDate === undefined || options.lastDate > lastClosed ? lastClosed : options.lastDate;
  const found: DatePartition[] = [];
  for (const dataset of datasets) {
    for (const exchange of options.exchanges ?? (await valuesIn(store, datasetFolder(dataset), 'exchange'))) {
      for await (const [date, listing] of listings(store, dataset, exchange, firstDate)) {
        options.signal?.throwIfAborted();
        const isWanted = date <= lastDate && (firstDate === undefined || date >= firstDate);
        if (isWanted && mayWant(listing)) found.push({ dataset, exchange, date });
      }
    }
  }
  return found;
}

/** Listings date by date. Compacted dates have few objects: listing all of them at once is less than one after the other. */
async function* listings(
  store: Store,
  dataset: DatasetName,
  exchange: string,
  firstDate: string | undefined,
): AsyncGenerator<[date: string, listing: Listing]> {
  const folder = exchangeFolder(dataset, exchange);
  if (firstDate !== undefined) {
    for (const date of await valuesIn(store, folder, 'date')) {
      if (date >= firstDate) yield [date, await listDate(store, { dataset, exchange, date })];
    }
    return;
  }
  let date: string | null = null;
  let stored: StoredObject[] = [];
  for await (const object of store.list(folder)) {
    const own: string | null = dateOf(object);
    if (own !== date && date !== null) yield [date, listingOf(stored)];
    if (own !== date) stored = [];
    date = own;
    stored.push(object);
  }
  if (date !== null) yield [date, listingOf(stored)];
}

function mayWant(listing: Listing): boolean {
  const { objects, commits } = listing;
  return commits.length > 1 || mayHide(listing) || (commits.length === 0 && objects.length > 1);
}

/** The date that an object or a commit stands in; null where that is none. */
function dateOf({ key, size }: StoredObject): string | null {
  const asObject = idOfCommit(key) === null ? key : `${key.slice(0, key.lastIndexOf('/'))}/compact.parquet`;
  return parseKey(asObject, size)?.date ?? null;
}

async function valuesIn(store: Store, folder: string, partition: 'exchange' | 'date'): Promise<string[]> {
  return (await store.folders(folder)).flatMap((name) => partitionValue(name, partition) ?? []).sort();
}

/** Folders of this process that are in use. */
const liveFolders = new Set<string>();

/** Makes a folder of its own for a run, and removes what killed ones left. */
async function ownFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const pid = Number(/^run-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
      const isInUse = pid === process.pid ? liveFolders.has(path) : isAlive(pid);
      if (Number.isInteger(pid) && !isInUse) await rm(path, { recursive: true, force: true });
    }
    const own = await mkdtemp(join(folder, `run-${process.pid}-`));
    liveFolders.add(own);
    return own;
  } catch (error) {
    throw fileFault(folder, error);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
