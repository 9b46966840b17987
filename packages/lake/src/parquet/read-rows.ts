import { type AnyRow, type Column, type Columns, type DatasetName, datasets, decimalOfDouble } from '@feedlake/schema';
import { type FileMetaData, type ParquetQueryFilter, parquetScan } from 'hyparquet';
import { nullsOf, ObjectError } from './footer.ts';
import type { ObjectFile } from './object-file.ts';
import { compressors, parsers } from './parsers.ts';

/** Below this, all pages of a column are read in one go sooner than the index of them. */
const rowsWorthAnIndex = 50_000;

/** Which rows of an object are wanted, and which of their columns. */
export interface RowRequest {
  readonly dataset: DatasetName;
  readonly columns: readonly string[];
  /** Null = all symbols. */
  readonly symbols: ReadonlySet<string> | null;
}

/**
 * Reads rows of an object: only the column chunks that are asked for, only the row groups and pages that can hold the
 * symbols. Decimals are exact texts, times are microseconds, columns that the object does not have are null.
 * @throws StoreError when the store can't read it, ObjectError when it is damaged.
 */
export async function* readRows(file: ObjectFile, parquet: FileMetaData, request: RowRequest): AsyncGenerator<AnyRow> {
  const wanted = columnsOf(request.dataset, request.columns);
  const present = new Set(parquet.schema.map(({ name }) => name));
  const read = columnsToRead(wanted, request.symbols, parquet).filter((name) => present.has(name));
  const filter: ParquetQueryFilter | undefined =
    request.symbols === null || !present.has('symbol') ? undefined : { symbol: { $in: [...request.symbols] } };
  const scan = await parquetScan({
    file,
    metadata: parquet,
    columns: read,
    compressors,
    parsers,
    geoparquet: false,
    ...(filter === undefined ? {} : { pruningFilter: filter }),
    usePageIndex: Number(parquet.num_rows) > rowsWorthAnIndex,
  });
  for (const range of scan.ranges) {
    const data = new Map(
      await Promise.all(
        read.map(async (column) => {
          const values = await decoded(file, `${column} ${range.rowStart} ${range.rowEnd}`, () =>
            scan.readColumn({ column, ...range }),
          );
          return [column, values] as const;
        }),
      ),
    );
    const symbols = data.get('symbol');
    for (let at = 0; at < range.rowEnd - range.rowStart; at += 1) {
      if (request.symbols !== null && !request.symbols.has(String(symbols?.[at]))) continue;
      yield rowAt(wanted, data, at);
    }
  }
}

/** What is read of a column, or was before. */
function decoded(
  { decoded: known, key }: ObjectFile,
  what: string,
  read: () => Promise<ArrayLike<unknown>>,
): Promise<ArrayLike<unknown>> {
  const before = known?.get(what);
  if (before !== undefined) return before;
  const values = read().catch((error: unknown) => {
    known?.delete(what);
    throw error instanceof Error && error.name === 'StoreError' ? error : new ObjectError(key, error);
  });
  known?.set(what, values);
  return values;
}

/** A column of the schema, with its name. */
export interface NamedColumn {
  readonly name: string;
  readonly column: Column;
}

/** The columns of these names, as far as the dataset has them. */
export function columnsOf(dataset: DatasetName, names: readonly string[]): NamedColumn[] {
  const schema: Columns = datasets[dataset].columns;
  return names.flatMap((name) => {
    const column = schema[name];
    return column === undefined ? [] : [{ name, column }];
  });
}

/** What has to be read of an object for rows of these columns, of these symbols (null = any). */
export function columnsToRead(
  wanted: readonly NamedColumn[],
  symbols: ReadonlySet<string> | null,
  parquet: FileMetaData,
): string[] {
  const names = new Set(wanted.map(({ name }) => name));
  if (symbols !== null) names.add('symbol');
  if (wanted.some(({ column }) => column.type === 'decimal')) names.add('exact');
  // Most objects have columns that hold nothing, as `exact`: they need not be read to be null.
  const rows = Number(parquet.num_rows);
  return [...names].filter((name) => nullsOf(parquet, name) !== rows);
}

/** One row of columns as they were read, `at` counted from their beginning. */
export function rowAt(
  wanted: readonly NamedColumn[],
  data: ReadonlyMap<string, ArrayLike<unknown>>,
  at: number,
): AnyRow {
  const row: AnyRow = {};
  const exactJson = data.get('exact')?.[at];
  const exact = typeof exactJson === 'string' ? (JSON.parse(exactJson) as Record<string, string>) : null;
  for (const { name, column } of wanted) {
    const value = data.get(name)?.[at] ?? null;
    if (value === null) row[name] = null;
    else if (column.type === 'decimal') row[name] = exact?.[name] ?? decimalOfDouble(Number(value));
    else if (column.type === 'time' || column.type === 'integer') row[name] = Number(value);
    else row[name] = value as string | boolean;
  }
  return row;
}
