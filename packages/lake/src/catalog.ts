import { type DatasetName, datasetNames } from '@feedlake/schema';
import { type Commit, readCommit } from './compact/commit.ts';
import { type Listing, leftoversOf, listingOf, mayHide } from './compact/partition.ts';
import { longestListingMs } from './compact/removal.ts';
import { datasetFolder, dateFolder, exchangeFolder, type LakeObject, partitionValue } from './layout.ts';
import type { ObjectFooter } from './parquet/footer.ts';
import { type OpenedObject, Opener } from './parquet/opener.ts';
import { isGone } from './store/is-gone.ts';
import type { Store, StoredObject } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

/** What to list. Everything is listed where nothing is said. */
export interface ObjectFilter {
  readonly exchanges?: readonly string[];
  /** First UTC date, `2026-03-27`. */
  readonly firstDate?: string;
  /** Last UTC date, inclusive. */
  readonly lastDate?: string;
}

/** Objects never change, so a footer that was read once stays true. This many are remembered, and commits likewise. */
const rememberedFooters = 4096;
const rememberedCommits = 256;
/** How often a date is listed until its listing can be relied on. */
const listingAttempts = 5;

/**
 * Finds the objects of a lake by their keys and footers. Objects whose rows a compaction has put into others are left out,
 * see {@link leftoversOf}.
 */
export class Catalog {
  readonly #store: Store;
  readonly #opener: Opener;
  readonly #footers = new Map<string, ObjectFooter>();
  readonly #commits = new Map<string, Commit>();

  /** @param cacheBytes Small objects that were opened are kept in memory, up to so many bytes. */
  constructor(store: Store, cacheBytes = 0) {
    this.#store = store;
    this.#opener = new Opener(store, cacheBytes);
  }

  /** Objects of one dataset, or of all, sorted by exchange, date and name. Folders that can't match are not listed. */
  async *objects(dataset: DatasetName | null, filter: ObjectFilter = {}): AsyncGenerator<LakeObject> {
    for (const each of dataset === null ? datasetNames : [dataset]) {
      for await (const { exchange, date } of this.#partitionsOf(each, filter)) {
        yield* this.objectsOfDate(each, exchange, date);
      }
    }
  }

  /** Objects of one date, sorted by name. */
  async *objectsOfDate(dataset: DatasetName, exchange: string, date: string): AsyncGenerator<LakeObject> {
    const { listing, commits } = await this.#listed(dateFolder(dataset, exchange, date), mayHide);
    const hidden = leftoversOf(listing, commits);
    yield* listing.objects.filter(({ key }) => !hidden.has(key));
  }

  /**
   * Names of the objects of a dataset, those included that are gone since a compaction has put their rows into others: a
   * name that was used once stays used.
   */
  async names(dataset: DatasetName, filter: ObjectFilter = {}): Promise<Set<string>> {
    const names = new Set<string>();
    for await (const { exchange, date } of this.#partitionsOf(dataset, filter)) {
      const { listing, commits } = await this.#listed(dateFolder(dataset, exchange, date), () => true);
      for (const { name } of listing.objects) names.add(name);
      for (const { name } of commits.flatMap(({ replaces }) => replaces)) names.add(name);
    }
    return names;
  }

  /** Ids of the exchanges that a dataset has objects of, sorted. */
  exchanges(dataset: DatasetName): Promise<string[]> {
    return this.#folders(datasetFolder(dataset), 'exchange');
  }

  /** UTC dates that a dataset has objects of, ascending. */
  dates(dataset: DatasetName, exchange: string): Promise<string[]> {
    return this.#folders(exchangeFolder(dataset, exchange), 'date');
  }

  /**
   * What the footer of an object tells about its rows.
   * @throws StoreError when the store can't read it, ObjectError when it is no Parquet file.
   */
  async footer(object: LakeObject): Promise<ObjectFooter> {
    return this.#footers.get(object.key) ?? (await this.open(object)).footer;
  }

  /**
   * Opens an object: a small one is read by that, in one go.
   * @throws StoreError when the store can't read it, ObjectError when it is no Parquet file.
   */
  async open(object: LakeObject): Promise<OpenedObject> {
    const opened = await this.#opener.open(object);
    if (!this.#footers.has(object.key)) remember(this.#footers, object.key, opened.footer, rememberedFooters);
    return opened;
  }

  /** Opens an object whose footer says that it matters; null where it does not. @throws as {@link open}. */
  async openIf(object: LakeObject, matters: (footer: ObjectFooter) => boolean): Promise<OpenedObject | null> {
    const known = this.#footers.get(object.key);
    if (known !== undefined && !matters(known)) return null;
    const opened = await this.open(object);
    return matters(opened.footer) ? opened : null;
  }

  async *#partitionsOf(dataset: DatasetName, filter: ObjectFilter) {
    for (const exchange of filter.exchanges ?? (await this.exchanges(dataset))) {
      for (const date of await this.dates(dataset, exchange)) {
        if (filter.firstDate !== undefined && date < filter.firstDate) continue;
        if (filter.lastDate !== undefined && date > filter.lastDate) continue;
        yield { exchange, date };
      }
    }
  }

  /**
   * Lists a date, with its commits where they are wanted. A listing is no picture of one moment. Compaction waits between
   * publishing what it wrote and removing what it replaced, so a listing that takes less time than that has the one or
   * the other; one that took longer is made again, until it is fast enough or says the same twice.
   */
  async #listed(folder: string, wantsCommits: (listing: Listing) => boolean) {
    let before: string | null = null;
    for (let attempt = 1; attempt <= listingAttempts; attempt += 1) {
      const started = performance.now();
      const stored: StoredObject[] = [];
      for await (const object of this.#store.list(folder)) stored.push(object);
      const isSlow = performance.now() - started > longestListingMs;
      const keys = isSlow ? stored.map(({ key }) => key).join('\n') : null;
      if (isSlow && keys !== before) {
        before = keys;
        continue;
      }
      const listing = listingOf(stored);
      if (!wantsCommits(listing)) return { listing, commits: [] };
      const commits = await this.#readCommits(listing.commits);
      if (commits !== null) return { listing, commits };
    }
    const seconds = longestListingMs / 1000;
    throw new StoreError(
      'unreachable',
      folder,
      `listing it took more than ${seconds} s each time, or it kept changing`,
    );
  }

  /** Null when one of them is gone: a later one took its place. */
  async #readCommits(keys: readonly string[]): Promise<Commit[] | null> {
    try {
      return await Promise.all(
        keys.map(async (key) => {
          const commit = this.#commits.get(key) ?? (await readCommit(this.#store, key));
          remember(this.#commits, key, commit, rememberedCommits);
          return commit;
        }),
      );
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  }

  async #folders(folder: string, partition: 'exchange' | 'date'): Promise<string[]> {
    const folders = await this.#store.folders(folder);
    return folders.flatMap((name) => partitionValue(name, partition) ?? []).sort();
  }
}

function remember<Value>(known: Map<string, Value>, key: string, value: Value, most: number): void {
  const oldest = known.keys().next().value;
  if (known.size >= most && oldest !== undefined) known.delete(oldest);
  known.set(key, value);
}
