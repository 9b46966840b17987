import type { QueryResult } from './query.ts';
import type { QueryValue } from './value.ts';

/** The result as one JSON array of objects; absent is null. */
export function toJson(result: QueryResult): string {
  return result.rows.length === 0 ? '[]\n' : `[\n${objects(result).join(',\n')}\n]\n`;
}

/** The result as one JSON object a line. */
export function toNdjson(result: QueryResult): string {
  return objects(result)
    .map((line) => `${line}\n`)
    .join('');
}

/** The result as CSV (RFC 4180, with a header, lines end in a line feed); absent is an empty field. */
export function toCsv({ columns, rows }: QueryResult): string {
  const lines = [columns.map(({ name }) => name), ...rows];
  return lines.map((fields) => `${fields.map(csvField).join(',')}\n`).join('');
}

function objects({ columns, rows }: QueryResult): string[] {
  return rows.map((row) => JSON.stringify(Object.fromEntries(columns.map(({ name }, index) => [name, row[index]]))));
}

function csvField(value: QueryValue): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}
