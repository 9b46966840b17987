import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Lake, openStore, Spool, type SpoolOptions, type Store } from '@feedlake/lake';
import { type AnyRow, type Columns, type DatasetName, datasetNames, datasets, plainDecimal } from '@feedlake/schema';
import { sealSegment } from '../../packages/lake/src/spool/seal.ts';
import { collect, temporaryFolder } from './lake.ts';
import { at } from './rows.ts';

/** A spool in a folder of its own, whose time stands still, and the segments that it has closed. */
export function openSpool(options: Partial<SpoolOptions> = {}): {
  spool: Spool;
  closed: string[];
  folder: string;
  clock: { now: number };
} {
  const closed: string[] = [];
  const clock = { now: at('2026-03-27T12:00:00Z') };
  const folder = options.folder ?? join(temporaryFolder(), 'state', 'spool');
  const spool = new Spool({
    writer: 'test',
    limits: { bytes: 1e9, rows: 1e9, ageMs: 1e9 },
    now: () => clock.now,
    beforeEnd: () => undefined,
    onClosed: (path) => closed.push(path),
    ...options,
    folder,
  });
  return { spool, closed, folder, clock };
}

/** A lake in a new folder. */
export function emptyLake(): { folder: string; store: Store; rows: () => Promise<string[]> } {
  const folder = join(temporaryFolder(), 'lake');
  mkdirSync(folder);
  const store = openStore(folder);
  return { folder, store, rows: () => rowsIn(store) };
}

/** Seals segments one after the other, in small objects. */
export async function sealAll(paths: readonly string[], store: Store, objectRows?: number): Promise<void> {
  for (const path of paths) await sealSegment(path, store, objectRows);
}

/** All rows of a lake in a form that can be compared, in an order that says nothing. */
export async function rowsIn(store: Store): Promise<string[]> {
  const lake = new Lake(store, { writer: 'reader' });
  const found: string[] = [];
  for (const dataset of datasetNames) {
    for (const exchange of await store.folders(`v1/${dataset}/`)) {
      const rows = await collect(lake.scan(dataset, { exchange: exchange.replace('exchange=', '') }));
      found.push(...rows.map((row) => comparable(dataset, row as AnyRow)));
    }
  }
  return found.sort();
}

/** A row as text: the same for equal values, whatever form they were given in. */
export function comparable(dataset: DatasetName, row: AnyRow): string {
  const columns = Object.entries(datasets[dataset].columns as Columns).filter(([name]) => name !== 'exact');
  const values = columns.map(([name, { type }]) => {
    const value = row[name] ?? null;
    return [name, type === 'decimal' && value !== null ? plainDecimal(String(value)) : value];
  });
  return JSON.stringify([dataset, ...values]);
}
