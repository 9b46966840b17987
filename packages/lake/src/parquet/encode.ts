import { tableToIPC } from 'apache-arrow';
import {
  Compression,
  EnabledStatistics,
  Table as EncoderTable,
  Encoding,
  type WriterProperties,
  WriterPropertiesBuilder,
  writeParquet,
} from 'parquet-wasm';
import { arrowTable } from './arrow-table.ts';
import { type BatchColumn, type ColumnBatch, unrepeatedTexts } from './column-batch.ts';
import { sortMetadata } from './sort-metadata.ts';

const rowGroupRows = 131_072;

/**
 * Encodes rows of a batch as one Parquet file: zstd, row groups of 131,072 rows, statistics and page index, delta
 * encoding for times, integers and ids, dictionaries for the other texts.
 * @param order The rows, in the order wanted, see {@link sortOrder}.
 * @param metadata Key-value metadata of the file.
 */
export function encodeParquet(
  batch: ColumnBatch,
  order: Uint32Array,
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const table = arrowTable(batch, order);
  const file = writeParquet(
    EncoderTable.fromIPCStream(tableToIPC(table, 'stream')),
    properties(batch.columns, metadata),
  );
  sortMetadata(file);
  return file;
}

function properties(columns: readonly BatchColumn[], metadata: ReadonlyMap<string, string>): WriterProperties {
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
