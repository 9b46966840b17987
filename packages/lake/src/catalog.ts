import { type DatasetName, datasetNames } from '@feedlake/schema';
import { datasetFolder, dateFolder, exchangeFolder, type LakeObject, parseKey, partitionValue } from './layout.ts';
import { type ObjectFooter, readFooter } from './parquet/footer.ts';
import { ObjectFile } from './parquet/object-file.ts';
import type { Store } from './store/store.ts';

/** What to list. Everything is listed where nothing is said. */
export interface ObjectFilter {
  readonly exchanges?: readonly string[];
  /** First UTC date, `2026-03-27`. */
  readonly firstDate?: string;
  /** Last UTC date, inclusive. */
  readonly lastDate?: string;
}

/** Objects never change, so a footer that was read once stays true. This many are remembered. */
const rememberedFooters = 4096;

/** Finds the objects of a lake by their keys and footers. */
export class Catalog {
  readonly #store: Store;
  readonly #footers = new Map<string, ObjectFooter>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Objects of one dataset, or of all, sorted by exchange, date and name. Folders that can't match are not listed. */
  async *objects(dataset: DatasetName | null, filter: ObjectFilter = {}): AsyncGenerator<LakeObject> {
    for (const each of dataset === null ? datasetNames : [dataset]) {
      for (const exchange of filter.exchanges ?? (await this.exchanges(each))) {
        for (const date of await this.dates(each, exchange)) {
          if (filter.firstDate !== undefined && date < filter.firstDate) continue;
          if (filter.lastDate !== undefined && date > filter.lastDate) continue;
          yield* this.objectsOfDate(each, exchange, date);
        }
      }
    }
  }

  /** Objects of one date, sorted by name. */
  async *objectsOfDate(dataset: DatasetName, exchange: string, date: string): AsyncGenerator<LakeObject> {
    for await (const { key, size } of this.#store.list(dateFolder(dataset, exchange, date))) {
      const object = parseKey(key, size);
      if (object !== null) yield object;
    }
  }

  /** Ids of the exchanges that a dataset has objects of, sorted. */
  exchanges(dataset: DatasetName): Promise<string[]> {
    return this.#partitions(datasetFolder(dataset), 'exchange');
  }

  /** UTC dates that a dataset has objects of, ascending. */
  dates(dataset: DatasetName, exchange: string): Promise<string[]> {
    return this.#partitions(exchangeFolder(dataset, exchange), 'date');
  }

  /**
   * What the footer of an object tells about its rows.
   * @throws StoreError when the store can't read it, ObjectError when it is no Parquet file.
   */
  async footer(object: LakeObject): Promise<ObjectFooter> {
    const known = this.#footers.get(object.key);
    if (known !== undefined) return known;
    const { footer } = await readFooter(new ObjectFile(this.#store, object));
    const oldest = this.#footers.keys().next().value;
    if (this.#footers.size >= rememberedFooters && oldest !== undefined) this.#footers.delete(oldest);
    this.#footers.set(object.key, footer);
    return footer;
  }

  async #partitions(folder: string, partition: 'exchange' | 'date'): Promise<string[]> {
    const folders = await this.#store.folders(folder);
    return folders.flatMap((name) => partitionValue(name, partition) ?? []).sort();
  }
}
