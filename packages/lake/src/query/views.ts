import { type Column, type Columns, type DatasetName, datasetNames, datasets } from '@feedlake/schema';

const sqlTypes: Readonly<Record<Column['type'], string>> = {
  decimal: 'DOUBLE',
  time: 'TIMESTAMP WITH TIME ZONE',
  integer: 'BIGINT',
  text: 'VARCHAR',
  flag: 'BOOLEAN',
};

/** The datasets whose names occur in a query: only of these are files needed. */
export function datasetsIn(sql: string): DatasetName[] {
  return datasetNames.filter((name) => new RegExp(`\\b${name}\\b`, 'i').test(sql));
}

/**
 * The statement that makes the view of a dataset: all its columns in the types of the schema, whatever the files have
 * and even when there are none, and each fact once, however many writers recorded it.
 * @param files Paths on this machine.
 */
export function viewSql(dataset: DatasetName, files: readonly string[]): string {
  const rows = `CREATE VIEW "${dataset}" AS SELECT ${columnsSql(dataset)} FROM (${rowsSql(dataset, files)})`;
  if (files.length === 0) return rows;
  return `${rows} QUALIFY row_number() OVER (PARTITION BY ${identity(dataset).join(', ')}
    ORDER BY ${preference(dataset).join(', ')}) = 1`;
}

/** The columns of a dataset, in the order of the schema. */
export function columnsSql(dataset: DatasetName): string {
  return Object.keys(datasets[dataset].columns)
    .map((name) => `"${name}"`)
    .join(', ');
}

/**
 * All rows of files, doubles included: the columns of the schema in its types, whatever the files have.
 * @param files Paths on this machine; none is no rows.
 * @param origin Also the columns `file_index`, the place of the row's file in the list, and `file_row_number`.
 */
export function rowsSql(dataset: DatasetName, files: readonly string[], { origin = false } = {}): string {
  const columns = Object.entries(datasets[dataset].columns as Columns);
  const typed = columns.map(([name, { type }]) => `NULL::${sqlTypes[type]} AS "${name}"`);
  const none = `SELECT ${typed.join(', ')} WHERE false`;
  if (files.length === 0) return none;
  const list = files.map(pathSql).join(', ');
  const options = `union_by_name = true, hive_partitioning = false${origin ? ', file_row_number = true' : ''}`;
  return `${none} UNION ALL BY NAME SELECT *${origin ? ', file_index' : ''} FROM read_parquet([${list}], ${options})`;
}

/**
 * What makes two rows one fact: the natural key, with two additions. A row without a time of its own is known by the
 * schedule's, or else by when it was received, so rows without time do not fall together. And where a key holds
 * decimals, `exact` tells apart those that are equal only as DOUBLEs.
 */
export function identity(dataset: DatasetName): string[] {
  const { key, columns } = datasets[dataset] as { key: readonly string[]; columns: Columns };
  const parts = key.map((name) => `"${name}"`);
  const times = ['ts_event', 'scheduled_time'].filter((name) => key.includes(name));
  if (times.includes('ts_event')) parts.push(`CASE WHEN coalesce(${times.join(', ')}) IS NULL THEN ts_recv END`);
  if (key.some((name) => columns[name]?.type === 'decimal')) parts.push('exact');
  return parts;
}

/**
 * Which of the rows of one fact is taken, as expressions of which the least counts: the first received; of a candle the
 * closed one, else the latest.
 */
export function preference(dataset: DatasetName): string[] {
  return dataset === 'candles' ? ['NOT closed', '-epoch_us(ts_recv)'] : ['ts_recv'];
}

/** An SQL text. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path as an SQL text. DuckDB takes it for a pattern: some characters stand for themselves only in brackets. */
export function pathSql(path: string): string {
  return quoted(path.replaceAll(/[*?[]/g, '[$&]'));
}
