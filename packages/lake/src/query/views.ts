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
  const columns = Object.entries(datasets[dataset].columns as Columns);
  const names = columns.map(([name]) => `"${name}"`).join(', ');
  const empty = columns.map(([name, { type }]) => `NULL::${sqlTypes[type]} AS "${name}"`).join(', ');
  const none = `SELECT ${empty} WHERE false`;
  if (files.length === 0) return `CREATE VIEW "${dataset}" AS ${none}`;
  const list = files.map((path) => quoted(globEscaped(path))).join(', ');
  const rows = `SELECT * FROM read_parquet([${list}], union_by_name = true, hive_partitioning = false)`;
  return `CREATE VIEW "${dataset}" AS SELECT ${names} FROM (${none} UNION ALL BY NAME ${rows})
    QUALIFY row_number() OVER (PARTITION BY ${identity(dataset).join(', ')} ORDER BY ${preference(dataset)}) = 1`;
}

/**
 * What makes two rows one fact: the natural key, with two additions. A row without a time of its own is known by the
 * schedule's, or else by when it was received, so rows without time do not fall together. And where a key holds
 * decimals, `exact` tells apart those that are equal only as DOUBLEs.
 */
function identity(dataset: DatasetName): string[] {
  const { key, columns } = datasets[dataset] as { key: readonly string[]; columns: Columns };
  const parts = key.map((name) => `"${name}"`);
  const times = ['ts_event', 'scheduled_time'].filter((name) => key.includes(name));
  if (times.includes('ts_event')) parts.push(`CASE WHEN coalesce(${times.join(', ')}) IS NULL THEN ts_recv END`);
  if (key.some((name) => columns[name]?.type === 'decimal')) parts.push('exact');
  return parts;
}

/** Which of the rows of one fact is taken: the first received; of a candle the closed one, else the latest. */
function preference(dataset: DatasetName): string {
  return dataset === 'candles' ? 'closed DESC, ts_recv DESC' : 'ts_recv';
}

/** An SQL text. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** DuckDB takes a path for a pattern: these characters stand for themselves in brackets. */
function globEscaped(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}
