import { arrowStream, type Fact } from '@feedlake/lake';
import {
  type AnyRow,
  type Columns,
  type ColumnType,
  type DatasetName,
  datasets,
  isoTime,
  rowJson,
} from '@feedlake/schema';

/** The forms in which rows are given. */
export const rowTypes = [
  'application/json',
  'application/x-ndjson',
  'text/csv',
  'application/vnd.apache.arrow.stream',
] as const;
/** One of these forms, by its media type. */
export type RowType = (typeof rowTypes)[number];

/** What an answer says about itself. */
export interface RowsHead {
  readonly dataset: DatasetName;
  readonly exchange: string;
  /** Null = all. */
  readonly symbols: readonly string[] | null;
  /** Microseconds, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly notices: readonly string[];
  /** Where the rest is; null where there is none. */
  readonly next: string | null;
}

type Pieces = AsyncIterable<readonly Fact[]>;

/** Writes rows in one of the forms, piece by piece. */
export function encodeRows(type: RowType, head: RowsHead, pieces: Pieces): AsyncGenerator<Uint8Array> {
  switch (type) {
    case 'application/json':
      return encoded(json(head, pieces));
    case 'application/x-ndjson':
      return encoded(ndjson(head, pieces));
    case 'text/csv':
      return encoded(csv(head, pieces));
    case 'application/vnd.apache.arrow.stream':
      return arrowStream(head.dataset, rowsOf(pieces));
  }
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}

async function* json(head: RowsHead, pieces: Pieces): AsyncGenerator<string> {
  const { from, to, ...facts } = head;
  const start = JSON.stringify({ ...facts, from: isoTime(from), to: isoTime(to) }).slice(0, -1);
  let before = `${start},"rows":[\n`;
  for await (const facts of pieces) {
    const lines = facts.map(({ row }) => JSON.stringify(rowJson(head.dataset, row)));
    if (lines.length === 0) continue;
    yield before + lines.join(',\n');
    before = ',\n';
  }
  yield before === ',\n' ? '\n]}\n' : `${before}]}\n`;
}

async function* ndjson({ dataset }: RowsHead, pieces: Pieces): AsyncGenerator<string> {
  for await (const facts of pieces) {
    yield facts.map(({ row }) => `${JSON.stringify(rowJson(dataset, row))}\n`).join('');
  }
}

async function* csv({ dataset }: RowsHead, pieces: Pieces): AsyncGenerator<string> {
  const columns = Object.entries(datasets[dataset].columns as Columns).filter(([name]) => name !== 'exact');
  yield `${columns.map(([name]) => name).join(',')}\n`;
  for await (const facts of pieces) {
    let text = '';
    for (const { row } of facts) {
      let separator = '';
      for (const [name, { type }] of columns) {
        text += separator + csvField(type, row[name]);
        separator = ',';
      }
      text += '\n';
    }
    yield text;
  }
}

/** The same values as those of {@link rowJson}, without an object for every row: whoever takes CSV takes much. */
function csvField(type: ColumnType, value: AnyRow[string]): string {
  if (value === null || value === undefined) return '';
  if (type === 'time') return isoTime(value as number);
  const text = String(value);
  return type === 'text' && /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function* rowsOf(pieces: Pieces) {
  for await (const facts of pieces) yield facts.map(({ row }) => row);
}
