import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { Lake, openStore } from '@feedlake/lake';
import {
  type AnyRow,
  type Column,
  type Columns,
  type DatasetName,
  datasetNames,
  datasets,
  type Row,
} from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { at, collect, temporaryFolder, trade } from '../../support/lake.ts';

const noon = at('2026-03-27T12:00:00.123456Z');

/** A row with a value in every column. */
function fullRow(dataset: DatasetName): AnyRow {
  const values = { decimal: '1.25', time: noon, integer: 7, text: 'text', flag: true } as const;
  const columns: [string, Column][] = Object.entries(datasets[dataset].columns as Columns);
  const row = Object.fromEntries(columns.map(([name, { type }]) => [name, values[type]]));
  return { ...row, exchange: 'binance', exact: null };
}

async function write(dataset: DatasetName, rows: readonly AnyRow[], metadata: Record<string, string> = {}) {
  const store = openStore(temporaryFolder());
  const lake = new Lake(store, { writer: 'writer-1' });
  await lake.write(dataset, 'binance', 'history-test', rows as unknown as Row<DatasetName>[], metadata);
  const [object] = await collect(lake.objects());
  return store.localPath?.(object?.key ?? '') ?? '';
}

/** Rows as DuckDB alone reads the file, with no code of the lake between. */
async function duckdb(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

describe('a Parquet file of the lake, as DuckDB sees it', () => {
  it.each(datasetNames)('has the columns, types and nullability of %s', async (dataset) => {
    const path = await write(dataset, [fullRow(dataset)]);
    const schema = await duckdb(`FROM parquet_schema('${path}') WHERE num_children IS NULL`);
    const physical = { decimal: 'DOUBLE', time: 'INT64', integer: 'INT64', text: 'BYTE_ARRAY', flag: 'BOOLEAN' };
    const columns: [string, Column][] = Object.entries(datasets[dataset].columns as Columns);
    expect(schema.map(({ name, type, repetition_type }) => [name, type, repetition_type])).toEqual(
      columns.map(([name, { type, nullable }]) => [name, physical[type], nullable ? 'OPTIONAL' : 'REQUIRED']),
    );
    for (const [index, [, { type }]] of columns.entries()) {
      const logical = String(schema[index]?.logical_type);
      if (type === 'time') expect(logical).toMatch(/Timestamp.*isAdjustedToUTC=1.*MICROS/);
      if (type === 'text') expect(logical).toMatch(/String/);
    }
    const [row] = await duckdb(`FROM '${path}'`);
    expect(row?.ts_recv).toBe('2026-03-27 12:00:00.123456+00');
  });

  it('tells its origin, rows, times and symbols in its metadata', async () => {
    const rows = [
      trade('1', noon, { symbol: 'ETH-USDT-PERP' }),
      trade('2', noon + 5_000_000, { symbol: 'BTC-USDT-PERP' }),
      trade('3', noon + 1, { symbol: 'ETH-USDT-PERP' }),
    ];
    const path = await write('trades', rows, { 'feedlake.segment': 'writer-1/1/2' });
    const pairs = await duckdb(
      `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('${path}') WHERE decode(key) LIKE 'feedlake.%'`,
    );
    expect(Object.fromEntries(pairs.map(({ key, value }) => [key, value]))).toEqual({
      'feedlake.schema_version': '1',
      'feedlake.dataset': 'trades',
      'feedlake.exchange': 'binance',
      'feedlake.writer': 'writer-1',
      'feedlake.rows': '3',
      'feedlake.time_range': JSON.stringify({
        ts_event: ['2026-03-27T12:00:00.123456Z', '2026-03-27T12:00:05.123456Z'],
        ts_recv: ['2026-03-27T12:00:00.124456Z', '2026-03-27T12:00:05.124456Z'],
      }),
      'feedlake.symbols': '["BTC-USDT-PERP","ETH-USDT-PERP"]',
      'feedlake.segment': 'writer-1/1/2',
    });
  });

  it('is zstd in row groups of 131,072 rows, with statistics, delta encodings and dictionaries', async () => {
    const rows = Array.from({ length: 140_000 }, (_, index) => trade(String(index), noon + index));
    const path = await write('trades', rows);
    const chunks = await duckdb(`FROM parquet_metadata('${path}') ORDER BY row_group_id, column_id`);
    const chunk = (name: string, group = 0) =>
      chunks.find((each) => each.path_in_schema === name && String(each.row_group_id) === String(group));
    expect(new Set(chunks.map(({ compression }) => compression))).toEqual(new Set(['ZSTD']));
    expect([chunk('symbol', 0)?.row_group_num_rows, chunk('symbol', 1)?.row_group_num_rows].map(Number)).toEqual([
      131_072, 8928,
    ]);
    expect(chunk('ts_event')).toMatchObject({
      stats_min_value: '2026-03-27 12:00:00.123456+00',
      stats_max_value: '2026-03-27 12:00:00.254527+00',
      stats_null_count: '0',
    });
    expect(chunk('first_trade_id')).toMatchObject({ stats_null_count: '131072' });
    expect(chunk('symbol')).toMatchObject({ stats_min_value: 'BTC-USDT-PERP', stats_max_value: 'BTC-USDT-PERP' });
    for (const name of ['ts_event', 'ts_recv']) {
      expect(chunk(name)?.encodings).toMatch(/DELTA_BINARY_PACKED/);
      expect(chunk(name)?.encodings).not.toMatch(/DICTIONARY/);
    }
    expect(chunk('trade_id')?.encodings).toMatch(/DELTA_BYTE_ARRAY/);
    expect(chunk('symbol')?.encodings).toMatch(/DICTIONARY/);
  });

  it('is read by DuckDB as it was written, nulls and rare digits included', async () => {
    const row = trade('1', noon, { price: '0.123456789012345678901', size: '1e-7', ts_event: null });
    const [read] = await duckdb(`FROM '${await write('trades', [row])}'`);
    expect(read).toMatchObject({
      ts_event: null,
      trade_id: '1',
      price: 0.12345678901234568,
      size: 1e-7,
      off_book: false,
      first_trade_id: null,
      exact: '{"price":"0.123456789012345678901"}',
    });
  });

  it('begins and ends as Parquet files do', async () => {
    const bytes = readFileSync(await write('trades', [trade('1', noon)]));
    expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
  });
});
