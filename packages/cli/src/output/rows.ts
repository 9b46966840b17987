import { type Columns, type DatasetName, datasets, rowJson } from '@feedlake/schema';
import { UsageError } from '../exit.ts';
import { renderTable, type TableColumn } from './table.ts';

/** The forms in which rows are printed. */
export const rowFormats = ['table', 'json', 'ndjson', 'csv'] as const;
export type RowFormat = (typeof rowFormats)[number];

/** @throws UsageError when the text is none of the formats. */
export function rowFormat(text: string): RowFormat {
  const format = rowFormats.find((one) => one === text);
  if (format !== undefined) return format;
  throw new UsageError(`--format ${text}: choose one of ${rowFormats.join(', ')}`);
}

/** A column of a dataset as it appears in a table: its name, unless a title is given. */
export type Shown = readonly (readonly [column: string, title: string])[];

/** Writes rows of a dataset; `shown` names the columns of the table, the other forms have all of them. */
export function* formatRows(
  dataset: DatasetName,
  rows: readonly object[],
  format: RowFormat,
  shown: Shown,
): Generator<string> {
  const columns: Columns = datasets[dataset].columns;
  if (format === 'table') {
    yield rows.length === 0 ? 'no rows\n' : table(dataset, rows, columns, shown);
  } else if (format === 'csv') {
    const names = Object.keys(columns).filter((name) => name !== 'exact');
    yield `${names.join(',')}\n`;
    for (const row of rows) yield `${Object.values(rowJson(dataset, row)).map(csvField).join(',')}\n`;
  } else if (format === 'ndjson') {
    for (const row of rows) yield `${JSON.stringify(rowJson(dataset, row))}\n`;
  } else {
    let separator = '[\n';
    for (const row of rows) {
      yield `${separator}${JSON.stringify(rowJson(dataset, row))}`;
      separator = ',\n';
    }
    yield rows.length === 0 ? '[]\n' : '\n]\n';
  }
}

function table(dataset: DatasetName, rows: readonly object[], columns: Columns, shown: Shown): string {
  const head = shown.map(([name, title]): TableColumn => {
    const type = columns[name]?.type;
    return { title, align: type === 'decimal' || type === 'integer' ? 'right' : 'left' };
  });
  const body = rows.map((row) => {
    const json = rowJson(dataset, row);
    return shown.map(([name]) => cell(json[name] ?? null, columns[name]?.type === 'time'));
  });
  return renderTable(head, body);
}

/** A value as it stands in a table. Times without the zeros that say nothing; the full ones are in the other formats. */
export function cell(value: string | number | boolean | null, isTime: boolean): string {
  if (value === null) return '-';
  return isTime
    ? String(value)
        .replace('T', ' ')
        .replace(/(\.\d*?)0+Z$/, '$1')
        .replace(/\.$|Z$/, '')
    : String(value);
}

function csvField(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
