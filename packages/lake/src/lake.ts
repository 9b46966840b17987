import { type AnyRow, type DatasetName, day, floorTo, isoDate, type Row } from '@feedlake/schema';
import { Catalog, type ObjectFilter } from './catalog.ts';
import { lastTime } from './last-time.ts';
import { isExchangeId, type LakeObject, objectKey } from './layout.ts';
import { isObjectName } from './object-name.ts';
import { ColumnBatch, RowError } from './parquet/column-batch.ts';
import type { ObjectFooter } from './parquet/footer.ts';
import { metadataOf } from './parquet/metadata.ts';
import type { OpenedObject } from './parquet/opener.ts';
import { sortOrder } from './parquet/sort-order.ts';
import { type ScanQuery, scan } from './scan.ts';
import type { Store } from './store/store.ts';

/** What became of one object that was to be written. */
export interface WrittenObject {
  readonly key: string;
  readonly rows: number;
  /** Encoded size. */
  readonly bytes: number;
  /** `exists`: an object of this name was there before; it stays as it is, and these rows were not written again. */
  readonly outcome: 'created' | 'exists';
}

/** Objects of a call that are written at the same time: a long history has one for every date. */
const writtenAtOnce = 16;

/** A lake: Parquet objects in a store, by dataset, exchange and UTC date. */
export class Lake {
  readonly store: Store;
  /** Who writes, for the objects' metadata: unique among those that write at the same time. */
  readonly writer: string;
  readonly #catalog: Catalog;

  /**
   * @param options.cacheBytes Small objects that were read are kept in memory, up to so many bytes, for who reads the same
   * again and again. Default: none.
   */
  constructor(store: Store, options: { readonly writer: string; readonly cacheBytes?: number }) {
    this.store = store;
    this.writer = options.writer;
    this.#catalog = new Catalog(store, options.cacheBytes);
  }

  /**
   * Writes rows: one object per UTC date of `ts_event` (of `ts_recv` where that is null), more where one would be too
   * large (`name`, `name.part2`, …). An object that exists already is left alone, so the same call can be repeated.
   * @param name What the object is called, see `snapshotName` and `historyName`.
   * @param metadata Further key-value pairs for the objects' footers.
   * @throws RowError before anything is written when a row can't be stored, StoreError when the store fails.
   */
  async write<Name extends DatasetName>(
    dataset: Name,
    exchange: string,
    name: string,
    rows: Iterable<Row<Name>>,
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<WrittenObject[]> {
    if (!isExchangeId(exchange)) throw new RowError(`${JSON.stringify(exchange)} is no exchange id`);
    if (!isObjectName(name)) throw new RowError(`${JSON.stringify(name)} is no name of an object`);
    const objects = batchesByDate(dataset, exchange, rows as Iterable<AnyRow>).flatMap(([date, batches]) =>
      batches.map((batch, index) => ({
        key: objectKey({ dataset, exchange, date, name: index === 0 ? name : `${name}.part${index + 1}` }),
        batch,
      })),
    );
    const written: WrittenObject[] = [];
    for (let at = 0; at < objects.length; at += writtenAtOnce) {
      const some = objects.slice(at, at + writtenAtOnce);
      const outcomes = await Promise.allSettled(
        some.map(({ key, batch }) => this.#write(key, batch, exchange, metadata)),
      );
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') throw outcome.reason;
        written.push(outcome.value);
      }
    }
    return written;
  }

  async #write(
    key: string,
    batch: ColumnBatch,
    exchange: string,
    metadata: Readonly<Record<string, string>>,
  ): Promise<WrittenObject> {
    const order = sortOrder(batch);
    const bytes = await encode(
      batch,
      order,
      metadataOf(batch, order, { exchange, writer: this.writer, more: metadata }),
    );
    const outcome = await this.store.create(key, bytes);
    return { key, rows: batch.rows, bytes: bytes.length, outcome };
  }

  /** Reads rows, see {@link scan}: decimals as exact texts, times as microseconds. */
  scan<Name extends DatasetName, Column extends keyof Row<Name> & string = keyof Row<Name> & string>(
    dataset: Name,
    query: ScanQuery<Column>,
  ): AsyncGenerator<Pick<Row<Name>, Column>> {
    return scan(this.#catalog, dataset, query);
  }

  /** Time of the newest row of a symbol in microseconds, or null; see {@link lastTime}. */
  lastTime(dataset: DatasetName, exchange: string, symbol: string): Promise<number | null> {
    return lastTime(this.#catalog, dataset, exchange, symbol);
  }

  /** Lists objects of one dataset, or of all (null), sorted by exchange, date and name. */
  objects(dataset: DatasetName | null = null, filter: ObjectFilter = {}): AsyncGenerator<LakeObject> {
    return this.#catalog.objects(dataset, filter);
  }

  /** Names that objects of a dataset have, or had before a compaction put their rows into others. */
  names(dataset: DatasetName, filter: ObjectFilter = {}): Promise<ReadonlySet<string>> {
    return this.#catalog.names(dataset, filter);
  }

  /**
   * What the footer of an object tells: rows, symbols, times, metadata. Remembered, as objects never change.
   * @throws StoreError when the store can't read it, ObjectError when it is no Parquet file.
   */
  footer(object: LakeObject): Promise<ObjectFooter> {
    return this.#catalog.footer(object);
  }

  /** Opens an object: a small one is read by that, in one go. @throws as {@link footer}. */
  open(object: LakeObject): Promise<OpenedObject> {
    return this.#catalog.open(object);
  }
}

function batchesByDate(
  dataset: DatasetName,
  exchange: string,
  rows: Iterable<AnyRow>,
): [date: string, batches: ColumnBatch[]][] {
  const byDay = new Map<number, ColumnBatch[]>();
  for (const row of rows) {
    if (row.exchange !== exchange)
      throw new RowError(`${dataset}: a row of ${row.exchange} among those of ${exchange}`);
    const time = row.ts_event ?? row.ts_recv;
    if (!Number.isSafeInteger(time)) throw new RowError(`${dataset}: neither ts_event nor ts_recv is a time`);
    const start = floorTo(Number(time), day);
    const batches = byDay.get(start);
    let batch = batches?.at(-1);
    if (batch === undefined || batch.isFull) {
      batch = new ColumnBatch(dataset);
      if (batches === undefined) byDay.set(start, [batch]);
      else batches.push(batch);
    }
    batch.append(row);
  }
  return [...byDay].sort(([a], [b]) => a - b).map(([start, batches]) => [isoDate(start), batches]);
}

/** The encoder is 5 MB of WebAssembly: who only reads does not load it. */
async function encode(
  batch: ColumnBatch,
  order: Uint32Array,
  metadata: ReadonlyMap<string, string>,
): Promise<Uint8Array> {
  const { encodeParquet } = await import('./parquet/encode.ts');
  return encodeParquet(batch, order, metadata);
}
