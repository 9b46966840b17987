import type { BatchColumn, ColumnBatch } from '../parquet/column-batch.ts';
import { DictionaryVector } from '../parquet/dictionary-vector.ts';
import { FlagVector } from '../parquet/flag-vector.ts';
import { NumberVector } from '../parquet/number-vector.ts';
import { TextVector } from '../parquet/text-vector.ts';
import { encodeFrame, type Frame, floats, words } from './frame.ts';

/** How a column stands in a frame. */
interface ColumnHead {
  readonly name: string;
  /** The first of the frame's columns that are its: values, or a text's offsets and bytes; then what is valid. */
  readonly at: number;
  readonly nullable: boolean;
  /** The texts of a dictionary. */
  readonly texts?: readonly string[];
}

/**
 * The rows of a batch as a frame. Columns of nothing but nulls are left out.
 * @param more What the head is to tell besides.
 */
export function batchFrame(batch: ColumnBatch, exchange: string, more: Readonly<Record<string, unknown>> = {}): Buffer {
  const { rows, dataset } = batch;
  const heads: ColumnHead[] = [];
  const sections: ArrayBufferView[] = [];
  for (const { name, vector } of batch.columns) {
    const valid = vector.valid?.subarray(0, rows);
    if (valid?.includes(1) === false) continue;
    const head = { name, at: sections.length, nullable: valid !== undefined };
    heads.push(vector instanceof DictionaryVector ? { ...head, texts: vector.texts } : head);
    if (vector instanceof DictionaryVector) sections.push(vector.codes.subarray(0, rows));
    else if (vector instanceof TextVector) {
      sections.push(vector.offsets.subarray(0, rows + 1), vector.bytes.subarray(0, vector.byteLength(rows)));
    } else sections.push(vector.values.subarray(0, rows));
    if (valid !== undefined) sections.push(valid);
  }
  return encodeFrame({ ...more, kind: 'rows', dataset, exchange, rows, heads }, sections);
}

/** Adds the rows of a frame to a batch of its dataset. Columns that the dataset had not yet, or has no more, are no fault. */
export function appendFrame(batch: ColumnBatch, { head, columns }: Frame): void {
  const rows = Number(head.rows);
  const first = batch.extend(rows);
  const heads = new Map((head.heads as ColumnHead[]).map((one) => [one.name, one]));
  for (const column of batch.columns) {
    const told = heads.get(column.name);
    if (told !== undefined) copyColumn(column.vector, told, columns, rows, first);
    else for (let row = first; row < first + rows; row += 1) column.vector.setNull(row);
  }
}

function copyColumn(
  vector: BatchColumn['vector'],
  { at, nullable, texts }: ColumnHead,
  columns: Frame['columns'],
  rows: number,
  first: number,
): void {
  const values = columns[at] ?? new Uint8Array();
  const validAfter = (sections: number) => (nullable ? (columns[at + sections] ?? null) : null);
  if (vector instanceof DictionaryVector) {
    const source = new DictionaryVector(false, 0, texts);
    source.codes = words(values);
    source.valid = validAfter(1);
    vector.copy(source, rows, first);
  } else if (vector instanceof TextVector) {
    const source = new TextVector(false, 0);
    const offsets = words(values);
    source.offsets = new Int32Array(offsets.buffer, offsets.byteOffset, offsets.length);
    source.bytes = columns[at + 1] ?? new Uint8Array();
    source.valid = validAfter(2);
    vector.copy(source, rows, first);
  } else if (vector instanceof NumberVector) {
    const source = new NumberVector(false, 0);
    source.values = floats(values);
    source.valid = validAfter(1);
    vector.copy(source, rows, first);
  } else {
    const source = new FlagVector(false, 0);
    source.values = values;
    source.valid = validAfter(1);
    vector.copy(source, rows, first);
  }
}
