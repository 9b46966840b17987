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
import type { BatchColumn, ColumnBatch } from './column-batch.ts';
import { sortOrder } from './sort-order.ts';

const rowGroupRows = 131_072;
/** Texts that hardly ever repeat: a dictionary of them only costs. */
const unrepeated = new Set(['trade_id', 'first_trade_id', 'last_trade_id', 'message']);

/**
 * Encodes the rows of a batch, sorted by their dataset's order, as one Parquet file: zstd, row groups of 131,072 rows,
 * statistics and page index, delta encoding for times, integers and ids, dictionaries for the other texts.
 * @param metadata Key-value metadata of the file.
 */
export function encodeParquet(batch: ColumnBatch, metadata: ReadonlyMap<string, string>): Uint8Array {
  const table = arrowTable(batch, sortOrder(batch));
  return writeParquet(EncoderTable.fromIPCStream(tableToIPC(table, 'stream')), properties(batch.columns, metadata));
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
  return unrepeated.has(name) ? Encoding.DELTA_BYTE_ARRAY : null;
}
