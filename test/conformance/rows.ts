import type { TaggedRow } from '@feedlake/collector';
import { rowJson } from '@feedlake/schema';

export type Value = string | number | boolean;

/** A row as cards and payload checks look at it: its dataset and its columns that are not null, times as ISO 8601. */
export type PlainRow = Readonly<Record<string, Value>> & { readonly dataset: string };

/** The row without what is null in it. */
export function plainRow({ dataset, row }: TaggedRow): PlainRow {
  const values = Object.entries(rowJson(dataset, row)).filter(([, value]) => value !== null);
  return { dataset, ...Object.fromEntries(values) } as PlainRow;
}
