import { type AnyRow, type DatasetName, datasets, isoDate, type Row } from '@feedlake/schema';
import type { Catalog } from './catalog.ts';
import type { LakeObject } from './layout.ts';
import { type ObjectFooter, readFooter } from './parquet/footer.ts';
import { ObjectFile } from './parquet/object-file.ts';
import { readRows } from './parquet/read-rows.ts';
import { prefetch } from './prefetch.ts';
import type { Store } from './store/store.ts';

/** Footers that are read at the same time. */
const parallelFooters = 8;

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
}

/**
 * Rows of a dataset: dates ascending, in each date the objects by name, in each object its own order. Rows that more
 * than one object holds come more than once. Dates, then objects by their footers, then columns are left unread where
 * they can't matter.
 */
export async function* scan<Name extends DatasetName, Column extends keyof Row<Name> & string>(
  store: Store,
  catalog: Catalog,
  dataset: Name,
  query: ScanQuery<Column>,
): AsyncGenerator<Pick<Row<Name>, Column>> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
  if (from >= to) return;
  const symbols = query.symbols === undefined ? null : new Set(query.symbols);
  const columns = query.columns ?? (Object.keys(datasets[dataset].columns) as Column[]);
  const wanted = (row: AnyRow): boolean => {
    const time = Number(row.ts_event ?? row.ts_recv);
    return time >= from && time < to;
  };
  const filtersTime = Number.isFinite(from) || Number.isFinite(to);
  const read = filtersTime ? [...new Set([...columns, 'ts_event', 'ts_recv'])] : columns;

  const objects: LakeObject[] = [];
  for await (const object of catalog.objects(dataset, { exchanges: [query.exchange], ...datesOf(from, to) })) {
    if (query.skipObjects?.(object.name) !== true) objects.push(object);
  }
  const candidates = prefetch(objects, parallelFooters, async (object) => ({
    object,
    footer: await catalog.footer(object),
  }));
  for await (const { object, footer } of candidates) {
    if (!holdsSymbol(footer, symbols) || !overlaps(footer, from, to)) continue;
    const file = new ObjectFile(store, object);
    const { parquet } = await readFooter(file);
    for await (const row of readRows(file, parquet, { dataset, columns: read, symbols })) {
      if (filtersTime && !wanted(row)) continue;
      yield (read.length === columns.length ? row : pick(row, columns)) as Pick<Row<Name>, Column>;
    }
  }
}

/** Whether an object can hold rows of one of the symbols (null = any). */
export function holdsSymbol(footer: ObjectFooter, symbols: ReadonlySet<string> | null): boolean {
  const held = footer.symbols;
  return symbols === null || held === null || [...symbols].some((symbol) => held.has(symbol));
}

function overlaps({ times }: ObjectFooter, from: number, to: number): boolean {
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
