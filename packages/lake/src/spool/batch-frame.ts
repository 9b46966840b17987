import type { DatasetName } from '@feedlake/schema';
import { ColumnBatch } from '../parquet/column-batch.ts';
import { DictionaryVector } from '../parquet/dictionary-vector.ts';
import { FlagVector } from '../parquet/flag-vector.ts';
import { NumberVector } from '../parquet/number-vector.ts';
import { TextVector } from '../parquet/text-vector.ts';
import { encodeFrame, type Frame, floats, words } from './frame.ts';

/** How a column stands in a frame: where its sections begin, and what else it takes to read it. */
interface ColumnHead {
  readonly name: string;
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
    if (valid !== undefined && !valid.includes(1)) continue;
    if (vector instanceof DictionaryVector) {
      heads.push({ name, texts: vector.texts });
      sections.push(vector.codes.subarray(0, rows));
    } else if (vector instanceof TextVector) {
      heads.push({ name });
      sections.push(vector.offsets.subarray(0, rows + 1), vector.bytes.subarray(0, vector.byteLength(rows)));
    } else {
      heads.push({ name });
      sections.push(vector.values.subarray(0, rows));
    }
    if (valid !== undefined) sections.push(valid);
  }
  return encodeFrame({ ...more, kind: 'rows', dataset, exchange, rows, heads }, sections);
}

/** Adds the rows of a frame to a batch of its dataset. */
export function appendFrame(batch: ColumnBatch, { head, columns }: Frame): void {
  const rows = Number(head.rows);
  const first = batch.extend(rows);
  const heads = new Map((head.heads as ColumnHead[]).map((one) => [one.name, one]));
  let section = 0;
  const next = () => columns[section++] ?? new Uint8Array();
  for (const { name, column, vector } of batch.columns) {
    const told = heads.get(name);
    if (told === undefined) {
      for (let row = first; row < first + rows; row += 1) vector.setNull(row);
    } else if (vector instanceof DictionaryVector) {
      const source = new DictionaryVector(false, 0, told.texts);
      source.codes = words(next());
      if (column.nullable) source.valid = next();
      vector.copy(source, rows, first);
    } else if (vector instanceof TextVector) {
      const source = new TextVector(false, 0);
      const offsets = words(next());
      source.offsets = new Int32Array(offsets.buffer, offsets.byteOffset, offsets.length);
      source.bytes = next();
      if (column.nullable) source.valid = next();
      vector.copy(source, rows, first);
    } else if (vector instanceof NumberVector) {
      const source = new NumberVector(false, 0);
      source.values = floats(next());
      if (column.nullable) source.valid = next();
      vector.copy(source, rows, first);
    } else {
      const source = new FlagVector(false, 0);
      source.values = next();
      if (column.nullable) source.valid = next();
      vector.copy(source, rows, first);
    }
  }
}

/** The rows of a frame as a batch of their own. */
export function readBatch(frame: Frame): ColumnBatch {
  const batch = new ColumnBatch(frame.head.dataset as DatasetName);
  appendFrame(batch, frame);
  return batch;
}
