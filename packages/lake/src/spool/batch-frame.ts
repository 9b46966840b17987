import type { ColumnBatch } from '../parquet/column-batch.ts';
import { DictionaryVector } from '../parquet/dictionary-vector.ts';
import { FlagVector } from '../parquet/flag-vector.ts';
import { TextVector } from '../parquet/text-vector.ts';
import { AddedRows } from './added-rows.ts';
import { encodeFrame, type Frame, floats, words } from './frame.ts';
import type { FrameRows } from './frame-rows.ts';
import { Vocabulary } from './vocabulary.ts';

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

/** The rows of a frame that {@link batchFrame} made. Columns that the dataset had not yet, or has no more, are no fault. */
export function batchRows({ head, columns }: Frame): FrameRows {
  const heads = head.heads as ColumnHead[];
  const sources = new Map(
    heads.map((one) => [one.name, { ...one, texts: new Vocabulary((one.texts ?? []).entries()) }]),
  );
  return {
    count: Number(head.rows),
    addTo(batch, rows) {
      const added = new AddedRows(batch, rows.length);
      for (const { name, vector } of batch.columns) {
        const source = sources.get(name);
        if (source === undefined) {
          added.nothing(name);
          continue;
        }
        const { at, nullable, texts } = source;
        const values = columns[at] ?? new Uint8Array();
        const bytes = vector instanceof TextVector ? columns[at + 1] : undefined;
        if (bytes !== undefined) added.copies(name, words(values), bytes, rows);
        else if (vector instanceof DictionaryVector) added.texts(name, texts, words(values), rows);
        else if (vector instanceof FlagVector) added.flags(name, values, 1, rows);
        else added.numbers(name, floats(values), rows);
        const valid = nullable ? columns[bytes === undefined ? at + 1 : at + 2] : undefined;
        if (valid !== undefined) added.nulls(name, valid, rows);
      }
    },
  };
}
