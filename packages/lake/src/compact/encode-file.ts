import { openAsBlob } from 'node:fs';
import { type DatasetName, datasets } from '@feedlake/schema';
import { Field, RecordBatch, Schema, Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import {
  type RecordBatch as EncoderBatch,
  Table as EncoderTable,
  ParquetFile,
  transformParquetStream,
} from 'parquet-wasm';
import { ColumnBatch } from '../parquet/column-batch.ts';
import { properties } from '../parquet/encode.ts';
import { sortMetadata } from '../parquet/sort-metadata.ts';

/**
 * Encodes the rows of a Parquet file as every object of the lake is encoded. The SQL engine writes neither delta-encoded ids
 * nor a page index, and calls every column nullable.
 * @param path A file with the columns of the dataset, in their order.
 * @param metadata Key-value metadata of the result.
 * @param rows How many rows there are.
 */
export async function encodeFile(
  path: string,
  dataset: DatasetName,
  metadata: ReadonlyMap<string, string>,
  rows: number,
): Promise<Uint8Array> {
  const source = new RowGroups(await ParquetFile.fromFile(await openAsBlob(path)), dataset);
  const parts: Uint8Array[] = [];
  const { columns } = new ColumnBatch(dataset, 1);
  const encoded = await transformParquetStream(source.stream, properties(columns, metadata));
  for await (const part of encoded as ReadableStream<Uint8Array>) parts.push(part);
  // The encoder ends its file early, as if that were all, where its source fails.
  if (source.fault !== null) throw source.fault;
  const file = Buffer.concat(parts);
  sortMetadata(file);
  if (source.rows !== rows) throw new Error(`the Parquet encoder was given ${source.rows} of ${rows} rows`);
  return file;
}

/** The row groups of a file, one after the other, as the encoder takes them. */
class RowGroups {
  readonly stream: ReadableStream<EncoderBatch>;
  /** What kept them from being read; null = nothing. */
  fault: unknown = null;
  rows = 0;

  constructor(file: ParquetFile, dataset: DatasetName) {
    const groups = file.metadata().numRowGroups();
    let next = 0;
    this.stream = new ReadableStream(
      {
        pull: async (controller) => {
          try {
            if (next === groups) return controller.close();
            const table = required(tableFromIPC((await file.read({ rowGroups: [next] })).intoIPCStream()), dataset);
            next += 1;
            this.rows += table.numRows;
            for (const batch of batchesOf(table)) controller.enqueue(batch);
          } catch (error) {
            this.fault = error;
            throw error;
          }
        },
      },
      { highWaterMark: 0 },
    );
  }
}

function batchesOf(table: Table): EncoderBatch[] {
  const encoderTable = EncoderTable.fromIPCStream(tableToIPC(table, 'stream'));
  try {
    return encoderTable.recordBatches();
  } finally {
    encoderTable.free();
  }
}

/** The same rows, with the columns nullable that the schema says are. */
function required({ schema, batches }: Table, dataset: DatasetName): Table {
  const columns = new Map(Object.entries(datasets[dataset].columns));
  const fields = schema.fields.map(({ name, type }) => new Field(name, type, columns.get(name)?.nullable ?? true));
  const exact = new Schema(fields);
  return new Table(
    exact,
    batches.map(({ data }) => new RecordBatch(exact, data)),
  );
}
