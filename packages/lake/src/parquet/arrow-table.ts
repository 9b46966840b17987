import type { Column } from '@feedlake/schema';
import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import { bitmap, decimals, nullsOf, spelledOut, texts, wholeNumbers } from './arrow-buffers.ts';
import type { BatchColumn, ColumnBatch } from './column-batch.ts';
import { DictionaryVector } from './dictionary-vector.ts';
import { NumberVector } from './number-vector.ts';
import { TextVector } from './text-vector.ts';

/**
 * The rows of a batch as an Arrow table.
 * @param order Row numbers in the order wanted.
 */
export function arrowTable(batch: ColumnBatch, order: Uint32Array): Table {
  const fields = batch.columns.map(({ name, column }) => new Field(name, typeOf(column), column.nullable));
  const children = batch.columns.map((column) => dataOf(column, order));
  const schema = new Schema(fields);
  const data = makeData({ type: new Struct(fields), length: order.length, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, data)]);
}

function typeOf(column: Column): DataType {
  switch (column.type) {
    case 'decimal':
      return new Float64();
    case 'time':
      return new TimestampMicrosecond('UTC');
    case 'integer':
      return new Int64();
    case 'text':
      return new Utf8();
    case 'flag':
      return new Bool();
  }
}

function dataOf({ column, vector }: BatchColumn, order: Uint32Array) {
  const common = { length: order.length, ...nullsOf(vector.valid, order) };
  if (vector instanceof TextVector) return makeData({ type: new Utf8(), ...common, ...texts(vector, order) });
  if (vector instanceof DictionaryVector)
    return makeData({ type: new Utf8(), ...common, ...spelledOut(vector, order) });
  if (!(vector instanceof NumberVector)) {
    return makeData({ type: new Bool(), ...common, data: bitmap(vector.values, order) });
  }
  switch (column.type) {
    case 'decimal':
      return makeData({ type: new Float64(), ...common, data: decimals(vector.values, order) });
    case 'time':
      return makeData({ type: new TimestampMicrosecond('UTC'), ...common, data: wholeNumbers(vector.values, order) });
    default:
      return makeData({ type: new Int64(), ...common, data: wholeNumbers(vector.values, order) });
  }
}
