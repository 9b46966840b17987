import type { Column, Columns } from './column.ts';
import { type DatasetName, datasets } from './datasets.ts';
import { isDecimal } from './decimal.ts';

type ValueOf<C> =
  C extends Column<infer Type>
    ? Type extends 'decimal' | 'text'
      ? string
      : Type extends 'flag'
        ? boolean
        : number
    : never;

type Required<C extends Columns> = {
  -readonly [K in keyof C as C[K] extends Column<infer _, false> ? K : never]: ValueOf<C[K]>;
};
type Optional<C extends Columns> = {
  -readonly [K in keyof C as C[K] extends Column<infer _, false> ? never : K]?: ValueOf<C[K]> | null;
};

/**
 * A row of a dataset, keyed by column name. Decimals are texts, times are microseconds since the epoch, a missing
 * nullable column means null. `exact` is not set here: the lake derives it when it writes.
 */
export type Row<Name extends DatasetName> = Required<(typeof datasets)[Name]['columns']> &
  Optional<(typeof datasets)[Name]['columns']>;

/** A row of any dataset, as generic code sees it. */
export type AnyRow = Record<string, string | number | boolean | null | undefined>;

/** What a parser hopes to have found: like a {@link Row}, but any value may be missing. */
export type Candidate<Name extends DatasetName> = { [K in keyof Row<Name>]?: Row<Name>[K] | null | undefined };

/**
 * Says why a candidate is no row of the dataset, or null when it is one: a required value that is missing, a value
 * of the wrong type, a decimal that is no number or below its minimum.
 */
export function faultOf(dataset: DatasetName, candidate: AnyRow): string | null {
  const columns: Columns = datasets[dataset].columns;
  for (const name in columns) {
    const fault = faultOfValue(columns[name] as Column, candidate[name]);
    if (fault !== null) return `${name} ${fault}`;
  }
  return null;
}

/** Says why a value does not fit a column, or null when it does. */
export function faultOfValue(column: Column, value: AnyRow[string]): string | null {
  if (value === null || value === undefined) return column.nullable ? null : 'is missing';
  switch (column.type) {
    case 'decimal':
      if (typeof value !== 'string' || !isDecimal(value)) return `is no decimal number: ${JSON.stringify(value)}`;
      if (column.minimum !== undefined && Number(value) < column.minimum) return `is below ${column.minimum}: ${value}`;
      return null;
    case 'time':
    case 'integer':
      return Number.isSafeInteger(value) ? null : `is no whole number within 2^53: ${JSON.stringify(value)}`;
    case 'text':
      return typeof value === 'string' && value !== '' ? null : `is no text: ${JSON.stringify(value)}`;
    case 'flag':
      return typeof value === 'boolean' ? null : `is neither true nor false: ${JSON.stringify(value)}`;
  }
}
