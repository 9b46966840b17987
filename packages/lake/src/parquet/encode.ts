import { tableToIPC } from 'apache-arrow';
import {
  Compression,
  EnabledStatistics,
  type RecordBatch as EncoderBatch,
  Table as EncoderTable,
  Encoding,
  transformParquetStream,
  type WriterProperties,
  WriterPropertiesBuilder,
} from 'parquet-wasm';
import { arrowTable } from './arrow-table.ts';
import { type BatchColumn, type ColumnBatch, unrepeatedTexts } from './column-batch.ts';
import { sortMetadata } from './sort-metadata.ts';

const rowGroupRows = 131_072;
/**
 * Rows that the encoder is given at once. Its memory never shrinks, and this is what bounds it: with 16,384 rows it needs
 * about 25 MB, with a whole row group 100 MB.
 */
export const stepRows = 16_384;

/**
 * Encodes rows of a batch as one Parquet file, see {@link encodeSteps}.
 * @param order The rows, in the order wanted, see {@link sortOrder}.
 * @param metadata Key-value metadata of the file.
 */
export function encodeParquet(
  batch: ColumnBatch,
  order: Uint32Array,
  metadata: ReadonlyMap<string, string>,
): Promise<Uint8Array> {
  return encodeSteps(batch, stepsOf(order), order.length, metadata);
}

/**
 * Encodes rows as one Parquet file: zstd, row groups of 131,072 rows, statistics and page index, delta encoding for
 * times, integers and ids, dictionaries for the other texts.
 * @param batch Holds the rows of a step.
 * @param steps Rows of the batch, in the order wanted. Each is asked for when the one before is encoded, so the batch may be
 * filled anew in between.
 * @param rows How many there are in all steps, at least one.
 * @param metadata Key-value metadata of the file.
 * @throws what `steps` throws, or an Error when the encoder did not take all of the rows.
 */
export async function encodeSteps(
  batch: ColumnBatch,
  steps: Iterable<Uint32Array>,
  rows: number,
  metadata: ReadonlyMap<string, string>,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const source = new EncoderSource(batch, steps);
  try {
    for await (const part of await transformParquetStream(source.stream, properties(batch.columns, metadata))) {
      parts.push(part);
    }
  } catch (error) {
    throw source.fault ?? error;
  }
  // The encoder ends its file early, as if that were all, where its source fails.
  if (source.fault !== null) throw source.fault;
  const file = Buffer.concat(parts);
  const encoded = sortMetadata(file);
  if (encoded !== rows) throw new Error(`the Parquet encoder took ${encoded} of ${rows} rows`);
  return file;
}

function* stepsOf(order: Uint32Array): Generator<Uint32Array> {
  for (let start = 0; start < order.length; start += stepRows) yield order.subarray(start, start + stepRows);
}

/** Rows as the encoder takes them: those of a step when it has done with the step before. */
class EncoderSource {
  readonly stream: ReadableStream<EncoderBatch>;
  /** What kept the rows from coming; null = nothing. */
  fault: unknown = null;

  constructor(batch: ColumnBatch, steps: Iterable<Uint32Array>) {
    const iterator = steps[Symbol.iterator]();
    const pull = (controller: ReadableStreamDefaultController<EncoderBatch>) => {
      try {
        const { value: order, done } = iterator.next();
        if (done === true) controller.close();
        else for (const part of encoderBatches(batch, order)) controller.enqueue(part);
      } catch (error) {
        this.fault = error;
        throw error;
      }
    };
    this.stream = new ReadableStream({ pull }, { highWaterMark: 0 });
  }
}

function encoderBatches(batch: ColumnBatch, order: Uint32Array): EncoderBatch[] {
  const table = EncoderTable.fromIPCStream(tableToIPC(arrowTable(batch, order), 'stream'));
  try {
    return table.recordBatches();
  } finally {
    table.free();
  }
}

/** How every object of the lake is encoded: for columns of a dataset, with this key-value metadata. */
export function properties(columns: readonly BatchColumn[], metadata: ReadonlyMap<string, string>): WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setCreatedBy('feedlake')
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(rowGroupRows)
    .setStatisticsEnabled(EnabledStatistics.Page)
    .setKeyValueMetadata(new Map(metadata));
  for (const { name, column } of columns) {
    const encoding = encodingOf(name, column.type);
    if (encoding === null) continue;
    builder = builder.setColumnDictionaryEnabled(name, false).setColumnEncoding(name, encoding);
  }
  return builder.build();
}

/** Null = a dictionary. */
function encodingOf(name: string, type: BatchColumn['column']['type']): Encoding | null {
  if (type === 'time' || type === 'integer') return Encoding.DELTA_BINARY_PACKED;
  if (type === 'decimal') return Encoding.PLAIN;
  return unrepeatedTexts.has(name) ? Encoding.DELTA_BYTE_ARRAY : null;
}
