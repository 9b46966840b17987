import type { DatasetName } from '@feedlake/schema';
import type { Catalog } from './catalog.ts';
import type { DatePartition } from './compact/commit.ts';
import type { LakeObject } from './layout.ts';
import type { ObjectFooter } from './parquet/footer.ts';
import { readRows } from './parquet/read-rows.ts';
import { prefetch } from './prefetch.ts';
import { holdsSymbol } from './scan.ts';
import { whileListed } from './store/is-gone.ts';

const parallelFooters = 8;

/**
 * The time of the newest row of a symbol (`ts_event`, or `ts_recv` where that is null), or null when there is none.
 * Dates are looked at from the newest back, by footers; rows are read only of the objects that can hold the newest,
 * and of those only symbol and time.
 */
export async function lastTime(
  catalog: Catalog,
  dataset: DatasetName,
  exchange: string,
  symbol: string,
): Promise<number | null> {
  for (const date of (await catalog.dates(dataset, exchange)).reverse()) {
    const newest = await whileListed(() => newestOf(catalog, { dataset, exchange, date }, symbol));
    if (newest !== null) return newest;
  }
  return null;
}

async function newestOf(
  catalog: Catalog,
  { dataset, exchange, date }: DatePartition,
  symbol: string,
): Promise<number | null> {
  const symbols = new Set([symbol]);
  let newest: number | null = null;
  for (const { object, footer } of await candidates(catalog, dataset, exchange, date, symbols)) {
    if (newest !== null && latest(footer) <= newest) break;
    const time = footer.symbols?.size === 1 ? latest(footer) : await lastTimeIn(catalog, object, symbols);
    if (time !== null && (newest === null || time > newest)) newest = time;
  }
  return newest;
}

/** Objects of a date that can hold the symbol, the one with the latest time first. */
async function candidates(
  catalog: Catalog,
  dataset: DatasetName,
  exchange: string,
  date: string,
  symbols: ReadonlySet<string>,
): Promise<{ object: LakeObject; footer: ObjectFooter }[]> {
  const objects: LakeObject[] = [];
  for await (const object of catalog.objectsOfDate(dataset, exchange, date)) objects.push(object);
  const found: { object: LakeObject; footer: ObjectFooter }[] = [];
  const footers = prefetch(objects, parallelFooters, async (object) => ({
    object,
    footer: await catalog.footer(object),
  }));
  for await (const each of footers) if (holdsSymbol(each.footer, symbols)) found.push(each);
  return found.sort((a, b) => latest(b.footer) - latest(a.footer));
}

function latest(footer: ObjectFooter): number {
  return footer.times?.[1] ?? Number.MAX_SAFE_INTEGER;
}

async function lastTimeIn(catalog: Catalog, object: LakeObject, symbols: ReadonlySet<string>): Promise<number | null> {
  const { file, parquet } = await catalog.open(object);
  const columns = ['ts_event', 'ts_recv'];
  let newest: number | null = null;
  for await (const row of readRows(file, parquet, { dataset: object.dataset, columns, symbols })) {
    const time = Number(row.ts_event ?? row.ts_recv);
    if (newest === null || time > newest) newest = time;
  }
  return newest;
}
