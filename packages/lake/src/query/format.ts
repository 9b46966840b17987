import type { QueryColumn, QueryResult, QueryRow, QueryStream } from './query.ts';
import type { QueryValue } from './value.ts';

/** How a result is written. */
interface Form {
  /** What stands before the first row, */
  readonly head: string;
  /** between two, */
  readonly between: string;
  /** after the last, */
  readonly tail: string;
  /** and in place of it all where there is no row. */
  readonly empty: string;
  row(row: QueryRow): string;
}

/** The forms in which a result can be written while it comes. */
export const resultFormats = ['json', 'ndjson', 'csv'] as const;
export type ResultFormat = (typeof resultFormats)[number];

const forms: Readonly<Record<ResultFormat, (columns: readonly QueryColumn[]) => Form>> = { json, ndjson, csv };

/** The result as text, as its rows come: see {@link toJson}, {@link toNdjson}, {@link toCsv}. */
export async function* resultTexts(format: ResultFormat, { columns, batches }: QueryStream): AsyncGenerator<string> {
  const form = forms[format](columns);
  let before = form.head;
  let isEmpty = true;
  for await (const rows of batches) {
    if (rows.length === 0) continue;
    yield before + textOf(rows, form);
    before = form.between;
    isEmpty = false;
  }
  yield isEmpty ? form.empty : form.tail;
}

/** The result as one JSON array of objects; absent is null. */
export function toJson(result: QueryResult): string {
  return wholeText(result, json(result.columns));
}

/** The result as one JSON object a line. */
export function toNdjson(result: QueryResult): string {
  return wholeText(result, ndjson(result.columns));
}

/** The result as CSV (RFC 4180, with a header, lines end in a line feed); absent is an empty field. */
export function toCsv(result: QueryResult): string {
  return wholeText(result, csv(result.columns));
}

function wholeText({ rows }: QueryResult, form: Form): string {
  return rows.length === 0 ? form.empty : `${form.head}${textOf(rows, form)}${form.tail}`;
}

function textOf(rows: readonly QueryRow[], form: Form): string {
  return rows.map((row) => form.row(row)).join(form.between);
}

function json(columns: readonly QueryColumn[]): Form {
  return { head: '[\n', between: ',\n', tail: '\n]\n', empty: '[]\n', row: objectText(columns) };
}

function ndjson(columns: readonly QueryColumn[]): Form {
  return { head: '', between: '\n', tail: '\n', empty: '', row: objectText(columns) };
}

function csv(columns: readonly QueryColumn[]): Form {
  const head = `${csvLine(columns.map(({ name }) => name))}\n`;
  return { head, between: '\n', tail: '\n', empty: head, row: csvLine };
}

function objectText(columns: readonly QueryColumn[]): (row: QueryRow) => string {
  return (row) => JSON.stringify(Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}

function csvLine(fields: QueryRow): string {
  return fields.map(csvField).join(',');
}

function csvField(value: QueryValue): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}
