import { type AnyRow, type DatasetName, datasets, isoDate, type Row } from '@feedlake/schema';
import type { Catalog } from './catalog.ts';
import type { LakeObject } from './layout.ts';
import type { ObjectFooter } from './parquet/footer.ts';
import type { OpenedObject } from './parquet/opener.ts';
import { readRows } from './parquet/read-rows.ts';
import { prefetch } from './prefetch.ts';
import { isGone } from './store/is-gone.ts';
import { StoreError } from './store/store-error.ts';

/** Objects that are opened at the same time, and ahead of their turn: a bucket is some tens of milliseconds away. */
const openAhead = 16;

/** Which rows of a dataset are wanted. */
export interface ScanQuery<Column extends string = string> {
  readonly exchange: string;
  readonly symbols?: readonly string[];
  /** Inclusive, microseconds, of `ts_event` or, where that is null, `ts_recv`. */
  readonly from?: number;
  /** Exclusive, microseconds. */
  readonly to?: number;
  /** Columns to read; all of them where nothing is said. */
  readonly columns?: readonly Column[];
  /** Objects to leave out, by name. */
  readonly skipObjects?: (name: string) => boolean;
  /** Objects to leave out, by their footers. */
  readonly skipFooters?: (footer: ObjectFooter) => boolean;
}

/** How often a date is listed anew whose objects go while it is read. */
const mostRelistings = 3;

/**
 * Rows of a dataset: dates ascending, in each date the objects by name, in each object its own order. Rows that more
 * than one object holds come more than once. Dates, then objects by their footers, then columns are left unread where
 * they can't matter.
 *
 * Where compaction removes objects before they are read, those that took their place are. Rows of that date that came
 * before may come again then.
 */
export async function* scan<Name extends DatasetName, Column extends keyof Row<Name> & string>(
  catalog: Catalog,
  dataset: Name,
  query: ScanQuery<Column>,
): AsyncGenerator<Pick<Row<Name>, Column>> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, exchange } = query;
  if (from >= to) return;
  const symbols = query.symbols === undefined ? null : new Set(query.symbols);
  const columns = query.columns ?? (Object.keys(datasets[dataset].columns) as Column[]);
  const wanted = (row: AnyRow): boolean => {
    const time = Number(row.ts_event ?? row.ts_recv);
    return time >= from && time < to;
  };
  const filtersTime = Number.isFinite(from) || Number.isFinite(to);
  const read = filtersTime ? [...new Set([...columns, 'ts_event', 'ts_recv'])] : columns;

  const matters = (footer: ObjectFooter): boolean =>
    holdsSymbol(footer, symbols) && overlaps(footer, from, to) && query.skipFooters?.(footer) !== true;

  const candidatesOf = async (listing: AsyncIterable<LakeObject>): Promise<AsyncGenerator<Candidate>> => {
    const objects: LakeObject[] = [];
    for await (const object of listing) if (query.skipObjects?.(object.name) !== true) objects.push(object);
    return prefetch(objects, openAhead, (object) => opened(catalog, object, matters));
  };
  const dates = datesOf(from, to);
  let current = '';
  let isStale = false;
  const done = new Set<string>();
  for await (const first of await candidatesOf(catalog.objects(dataset, { exchanges: [exchange], ...dates }))) {
    const { date } = first.object;
    if (date === current && isStale) continue;
    if (date !== current) done.clear();
    [current, isStale] = [date, false];
    const queue = [first];
    let relistings = 0;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { object, content } = next;
      if (content === null) continue;
      try {
        if (content instanceof StoreError) throw content;
        for await (const row of readRows(content.file, content.parquet, { dataset, columns: read, symbols })) {
          if (filtersTime && !wanted(row)) continue;
          yield (read.length === columns.length ? row : pick(row, columns)) as Pick<Row<Name>, Column>;
        }
        done.add(object.key);
      } catch (error) {
        if (!isGone(error) || relistings === mostRelistings) throw error;
        relistings += 1;
        isStale = true;
        queue.length = 0;
        for await (const other of await candidatesOf(catalog.objectsOfDate(dataset, exchange, date))) {
          if (!done.has(other.object.key)) queue.push(other);
        }
      }
    }
  }
}

interface Candidate {
  readonly object: LakeObject;
  /** Opened; null where its rows can't matter; an error says that it is gone. */
  readonly content: OpenedObject | StoreError | null;
}

async function opened(
  catalog: Catalog,
  object: LakeObject,
  matters: (footer: ObjectFooter) => boolean,
): Promise<Candidate> {
  try {
    return { object, content: await catalog.openIf(object, matters) };
  } catch (error) {
    if (isGone(error)) return { object, content: error };
    throw error;
  }
}

/** Whether an object can hold rows of one of the symbols (null = any). */
export function holdsSymbol(footer: ObjectFooter, symbols: ReadonlySet<string> | null): boolean {
  const held = footer.symbols;
  return symbols === null || held === null || [...symbols].some((symbol) => held.has(symbol));
}

/** Whether an object can hold rows of a range of time (µs, `to` exclusive). */
export function overlaps({ times }: ObjectFooter, from: number, to: number): boolean {
  return times === null || (times[1] >= from && times[0] < to);
}

function datesOf(from: number, to: number): { firstDate?: string; lastDate?: string } {
  return {
    ...(Number.isFinite(from) ? { firstDate: isoDate(from) } : {}),
    ...(Number.isFinite(to) ? { lastDate: isoDate(to - 1) } : {}),
  };
}

function pick(row: AnyRow, columns: readonly string[]): AnyRow {
  return Object.fromEntries(columns.map((column) => [column, row[column]]));
}
