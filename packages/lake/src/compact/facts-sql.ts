import { type Columns, type DatasetName, datasets } from '@feedlake/schema';
import { unrepeatedTexts } from '../parquet/column-batch.ts';
import { columnsSql, identity, preference, quoted, rowsSql } from '../query/views.ts';

/**
 * The statements of a compaction. Which rows are one fact, and which of them is taken, is as in the views of queries. Where
 * that leaves a choice, the place of a row decides (its file, then its number there), so that the same inputs make the
 * same rows.
 */

/** Makes the view `inputs` of all rows of the files, doubles included. */
export function inputsSql(dataset: DatasetName, files: readonly string[]): string {
  return `CREATE OR REPLACE VIEW inputs AS ${rowsSql(dataset, files, { origin: true })}`;
}

/** Writes the facts of a part of the inputs into a Parquet file, in the order of their dataset. */
export function factsSql(dataset: DatasetName, condition: string, path: string): string {
  const facts = `SELECT ${columnsSql(dataset)} FROM inputs WHERE ${condition}
    QUALIFY row_number() OVER (PARTITION BY ${sameFact(dataset)} ORDER BY ${choice(dataset).join(', ')}) = 1
    ORDER BY ${order(dataset).join(', ')}`;
  return `COPY (${facts}) TO ${quoted(path)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 131072)`;
}

/**
 * What the facts of a part of the inputs come to: of each symbol how many, the sum of the checksums of their content, and
 * of how many rows they were made. It goes another way than {@link factsSql}, so that each can show the other wrong: by
 * numbers of fixed size, which need little memory. Facts are told apart by a hash of 128 bits.
 */
export function expectedSql(dataset: DatasetName, condition: string): string {
  const fact = sameFact(dataset);
  const facts = `SELECT symbol, arg_min(${checksum(dataset)}, ${rank(dataset)}) AS content, count(*) AS merged
    FROM inputs WHERE ${condition} GROUP BY symbol, hash(${fact}), hash(1, ${fact})`;
  return `SELECT symbol, count(*), sum(content::HUGEINT), sum(merged) FROM (${facts}) GROUP BY symbol ORDER BY symbol`;
}

/** The same of a file that has each fact once, but for the last. */
export function foundSql(dataset: DatasetName, path: string): string {
  const rows = `SELECT symbol, ${checksum(dataset)} AS content FROM (${rowsSql(dataset, [path])})`;
  return `SELECT symbol, count(*), sum(content::HUGEINT) FROM (${rows}) GROUP BY symbol ORDER BY symbol`;
}

/** What the metadata of an object tells of its rows: number, first and last times in microseconds, symbols. */
export function aboutSql(dataset: DatasetName, path: string): string {
  const range = (name: string) => `min(epoch_us(${name})), max(epoch_us(${name}))`;
  const symbols = `CAST(to_json(coalesce(list(DISTINCT symbol ORDER BY symbol) FILTER (symbol IS NOT NULL), [])) AS VARCHAR)`;
  return `SELECT count(*), ${range('ts_event')}, ${range('ts_recv')}, ${symbols} FROM (${rowsSql(dataset, [path])})`;
}

function sameFact(dataset: DatasetName): string {
  // What is said of coverage is judged by the latest word, and by more than its key: only what is all the same is one.
  return dataset === 'coverage' ? columnsSql(dataset) : identity(dataset).join(', ');
}

/** Which row of a fact is taken: the first by these. */
function choice(dataset: DatasetName): string[] {
  return [...preference(dataset), 'file_index', `file_row_number ${placesCountBack(dataset) ? 'DESC' : ''}`];
}

const bits = (count: number) => `${2n ** BigInt(count)}::HUGEINT`;

/** The same as one number, that is: the time, 24 bits of the file, 40 of the row. */
function rank(dataset: DatasetName): string {
  const received = 'epoch_us(ts_recv)::HUGEINT';
  const preferred = dataset === 'candles' ? `CASE WHEN closed THEN 0 ELSE ${bits(54)} END - ${received}` : received;
  const row = placesCountBack(dataset) ? `${bits(40)} - 1 - file_row_number` : 'file_row_number';
  return `(${preferred}) * ${bits(64)} + file_index * ${bits(40)} + ${row}`;
}

/** A level that one message tells twice counts as it was told last, as it does for whoever applies the message. */
function placesCountBack(dataset: DatasetName): boolean {
  return dataset === 'book_deltas';
}

/** Like the order that objects are written in: ids that are whole numbers by their value, absent values last. */
function order(dataset: DatasetName): string[] {
  const { columns, order: names } = datasets[dataset] as { columns: Columns; order: readonly string[] };
  const keys = names.flatMap((name) =>
    columns[name]?.type === 'text' && unrepeatedTexts.has(name)
      ? [`TRY_CAST("${name}" AS HUGEINT)`, `"${name}"`]
      : [`"${name}"`],
  );
  return [...keys.map((key) => `${key} NULLS LAST`), 'file_index', 'file_row_number'];
}

function checksum(dataset: DatasetName): string {
  return `hash(${columnsSql(dataset)})`;
}
