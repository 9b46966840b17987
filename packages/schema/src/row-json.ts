import type { Column, Columns } from './column.ts';
import { type DatasetName, datasets } from './datasets.ts';
import type { AnyRow } from './row.ts';
import { isoTime } from './time.ts';

/**
 * A row as JSON for programs: every column by its name in the order of the schema, decimals as text, times as
 * ISO 8601 UTC with microseconds, absent as null. `exact` is left out, because the decimals are exact here.
 */
export function rowJson(dataset: DatasetName, row: object): Record<string, string | number | boolean | null> {
  const columns: Columns = datasets[dataset].columns;
  const json: Record<string, string | number | boolean | null> = {};
  for (const name in columns) {
    if (name !== 'exact') json[name] = valueJson(columns[name] as Column, (row as AnyRow)[name]);
  }
  return json;
}

function valueJson(column: Column, value: AnyRow[string]): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  return column.type === 'time' ? isoTime(value as number) : value;
}
