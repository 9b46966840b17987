import type { AnyRow, DatasetName } from '@feedlake/schema';
import { ColumnBatch } from '../parquet/column-batch.ts';

/** Rows of one record batch. */
const batchRows = 8192;
/** What ends a stream: a message without length. */
const endBytes = 8;

/**
 * Rows as an Arrow IPC stream with the columns and types of the lake's Parquet files. Each piece is a record batch; the
 * first begins with the schema.
 * @param pieces Rows with all columns, decimals as texts.
 */
export async function* arrowStream(
  dataset: DatasetName,
  pieces: AsyncIterable<readonly AnyRow[]>,
): AsyncGenerator<Uint8Array> {
  // Arrow takes a while to load: who does not ask for it does not wait for it.
  const { Table, tableToIPC } = await import('apache-arrow');
  const { arrowTable } = await import('../parquet/arrow-table.ts');
  const bytesOf = (batch: ColumnBatch) => {
    const table = arrowTable(
      batch,
      Uint32Array.from({ length: batch.rows }, (_, row) => row),
    );
    return tableToIPC(table, 'stream');
  };
  const empty = tableToIPC(new Table(arrowTable(new ColumnBatch(dataset), new Uint32Array()).schema), 'stream');
  const schemaBytes = empty.length - endBytes;
  yield empty.slice(0, schemaBytes);
  let batch = new ColumnBatch(dataset);
  for await (const rows of pieces) {
    for (const row of rows) batch.append(row);
    if (batch.rows < batchRows) continue;
    yield bytesOf(batch).slice(schemaBytes, -endBytes);
    batch = new ColumnBatch(dataset);
  }
  if (batch.rows > 0) yield bytesOf(batch).slice(schemaBytes, -endBytes);
  yield empty.slice(schemaBytes);
}
