import { type Column, type Columns, type Dataset, datasetNames, datasets } from '../src/index.ts';

const types: Readonly<Record<Column['type'], readonly [parquet: string, duckdb: string]>> = {
  decimal: ['DOUBLE', 'DOUBLE'],
  time: ['INT64, TIMESTAMP(MICROS, UTC)', 'TIMESTAMP WITH TIME ZONE'],
  integer: ['INT64', 'BIGINT'],
  text: ['BYTE_ARRAY, STRING', 'VARCHAR'],
  flag: ['BOOLEAN', 'BOOLEAN'],
};

const opening = `# Datasets

This page is written by \`npm run docs\` from \`packages/schema\`; do not edit it.

Every dataset is a set of Parquet files, \`v1/{dataset}/exchange={id}/date={YYYY-MM-DD}/{object}.parquet\`. The date is
the UTC date of \`ts_event\`, or of \`ts_recv\` where that is null. The rows of a file are in the dataset's order, nulls
last.

Absent is null, never 0 or an empty text. A decimal is a DOUBLE; where a DOUBLE can't give back the venue's digits,
\`exact\` of that row has the original text under the column's name, as a JSON object. Two rows that are equal in all
columns of the key are one fact recorded twice.

| type here | Parquet | DuckDB |
|---|---|---|
`;

/** The page `docs/datasets.md`, in Markdown: every dataset with its columns, key and order. */
export function datasetsPage(): string {
  const typeRows = Object.entries(types).map(([type, [parquet, duckdb]]) => line(type, parquet, duckdb));
  return `${opening}${typeRows.join('')}${datasetNames.map((name) => section(name, datasets[name])).join('')}`;
}

function section(name: string, dataset: Dataset): string {
  const columns = Object.entries(dataset.columns as Columns).map(([column, { type, nullable, unit = '', doc }]) =>
    line(`\`${column}\``, type, nullable ? 'yes' : '', unit, doc),
  );
  return `
## \`${name}\`

${dataset.doc}

Key: ${list(dataset.key)}. Order: ${list(dataset.order)}.

| column | type | may be null | unit | what it is |
|---|---|---|---|---|
${columns.join('')}`;
}

function line(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
