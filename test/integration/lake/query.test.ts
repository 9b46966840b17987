import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Lake, openStore, query, queryToParquet, toCsv, toJson, toNdjson } from '@feedlake/lake';
import { type Columns, datasetNames, datasets, type Row } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { at, openInterest, temporaryFolder, trade } from '../../support/lake.ts';

const noon = at('2026-03-27T12:00:00.000001Z');

function emptyLake(folder = temporaryFolder()) {
  return new Lake(openStore(folder), { writer: 'test' });
}

describe('views', () => {
  it('are there for every dataset with the right types, also without files', async () => {
    const lake = emptyLake();
    const types = {
      decimal: 'DOUBLE',
      time: 'TIMESTAMP WITH TIME ZONE',
      integer: 'BIGINT',
      text: 'VARCHAR',
      flag: 'BOOLEAN',
    };
    for (const dataset of datasetNames) {
      const result = await query(lake, `SELECT * FROM ${dataset}`);
      const columns = Object.entries(datasets[dataset].columns as Columns);
      expect(result).toEqual({ columns: columns.map(([name, { type }]) => ({ name, type: types[type] })), rows: [] });
    }
  });

  it('have each fact once, however many writers recorded it', async () => {
    const lake = emptyLake();
    const first = [trade('1', noon), trade('2', noon), trade('3', noon)];
    const second = [trade('2', noon, { ts_recv: noon + 99 }), trade('3', noon), trade('4', noon)];
    await lake.write('trades', 'binance', 'segment-a', first);
    await lake.write('trades', 'binance', 'segment-b', second);
    const { rows } = await query(lake, 'SELECT trade_id, epoch_us(ts_recv) FROM "Trades" ORDER BY 1');
    expect(rows).toEqual([
      ['1', noon + 1000],
      ['2', noon + 99],
      ['3', noon + 1000],
      ['4', noon + 1000],
    ]);
  });

  it('take the closed one of a candle, or else the latest', async () => {
    const lake = emptyLake();
    const candle = (open_time: number, close: string, closed: boolean, ts_recv: number): Row<'candles'> => {
      const { exchange, symbol, venue_symbol, source } = trade('1', noon);
      const common = { exchange, symbol, venue_symbol, source, ts_event: open_time, ts_recv };
      return { ...common, interval_seconds: 60, open_time, open: '1', high: '1', low: '1', close, volume: '1', closed };
    };
    const later = noon + 60_000_000;
    await lake.write('candles', 'binance', 'segment-a', [
      candle(noon, '1', false, noon),
      candle(noon, '2', true, noon + 1),
    ]);
    await lake.write('candles', 'binance', 'segment-b', [
      candle(noon, '3', false, noon + 2),
      candle(later, '4', false, noon + 4),
      candle(later, '5', false, noon + 3),
    ]);
    expect((await query(lake, 'SELECT close FROM candles ORDER BY open_time')).rows).toEqual([['2'], ['4']]);
  });

  it('keep rows apart that have no time, unless their slot of the schedule is the same', async () => {
    const lake = emptyLake();
    const row = (ts_recv: number, scheduled_time: number | null) =>
      openInterest(noon, { ts_event: null, ts_recv, scheduled_time });
    const rows = [
      row(noon, null),
      row(noon + 1, null),
      row(noon + 2, noon),
      row(noon + 3, noon),
      row(noon + 4, noon + 5),
    ];
    await lake.write('open_interest', 'binance', 'history-x', rows);
    const { rows: found } = await query(lake, 'SELECT epoch_us(ts_recv) FROM open_interest ORDER BY 1');
    expect(found.flat()).toEqual([noon, noon + 1, noon + 2, noon + 4]);
  });

  it('tell book levels apart whose prices are the same only as doubles', async () => {
    const lake = emptyLake();
    const { exchange, symbol, venue_symbol, source, ts_event, ts_recv } = trade('1', noon);
    const prices = ['0.12345678901234567001', '0.12345678901234567002', '0.12345678901234567002'];
    const rows = prices.map((price) => ({
      ...{ exchange, symbol, venue_symbol, source, ts_event: ts_event ?? null, ts_recv },
      ...{ side: 'bid', price, size: '1', last_seq: 5, is_snapshot: false, is_last: true },
    }));
    await lake.write('book_deltas', 'binance', 'segment-a', rows);
    expect((await query(lake, "SELECT exact->>'price' FROM book_deltas ORDER BY 1")).rows.flat()).toEqual(
      prices.slice(0, 2),
    );
  });

  it('read only exchanges and dates that are asked for', async () => {
    const lake = emptyLake();
    await lake.write('trades', 'binance', 'segment-a', [trade('1', noon), trade('2', noon + 86_400_000_000)]);
    await lake.write('trades', 'bybit', 'segment-a', [trade('3', noon, { exchange: 'bybit' })]);
    const ids = async (options: object) =>
      (await query(lake, 'SELECT trade_id FROM trades ORDER BY 1', options)).rows.flat();
    expect(await ids({})).toEqual(['1', '2', '3']);
    expect(await ids({ exchanges: ['bybit', 'okx'] })).toEqual(['3']);
    expect(await ids({ firstDate: '2026-03-28' })).toEqual(['2']);
    expect(await ids({ lastDate: '2026-03-27' })).toEqual(['1', '3']);
  });

  it('find files whose paths look like patterns or hold quotes', async () => {
    const lake = emptyLake(join(temporaryFolder(), "it's [a-z]* what?"));
    await lake.write('trades', 'binance', 'segment-a', [trade('1', noon)]);
    expect((await query(lake, 'SELECT trade_id FROM trades')).rows).toEqual([['1']]);
  });
});

describe('results', () => {
  it('are ready to be printed', async () => {
    const lake = emptyLake();
    await lake.write('trades', 'binance', 'segment-a', [
      trade('1', noon, { price: '0.0000001', size: '123456789012345678' }),
    ]);
    const sql = `SELECT price, size, ts_event, date_trunc('hour', ts_event) AS hour, ts_event::TIMESTAMP AS plain, count(*) OVER () AS n,
      sum(1::BIGINT) OVER () AS s, 9007199254740993 AS big, 1.50::DECIMAL(9, 2) AS dec, ts_event::DATE AS date, off_book, first_trade_id,
      'infinity'::TIMESTAMPTZ AS never, [1, 2] AS list, 'nan'::DOUBLE AS nan, '1.5'::FLOAT AS f FROM trades`;
    const result = await query(lake, sql);
    expect(Object.fromEntries(result.columns.map(({ name }, index) => [name, result.rows[0]?.[index]]))).toEqual({
      price: '0.0000001',
      size: '123456789012345680',
      ts_event: '2026-03-27T12:00:00.000001Z',
      hour: '2026-03-27T12:00:00.000000Z',
      plain: '2026-03-27T12:00:00.000001Z',
      n: 1,
      s: 1,
      big: '9007199254740993',
      dec: '1.50',
      date: '2026-03-27',
      off_book: false,
      first_trade_id: null,
      never: 'infinity',
      list: '[1, 2]',
      nan: 'NaN',
      f: '1.5',
    });
  });

  it('print as JSON, one JSON a line, and CSV', async () => {
    const result = await query(
      emptyLake(),
      `SELECT 'a "b", c' AS text, NULL AS nothing, '' AS empty, 0.5::DOUBLE AS half UNION ALL SELECT 'x', 'y', 'z', 2`,
    );
    const objects = [
      { text: 'a "b", c', nothing: null, empty: '', half: '0.5' },
      { text: 'x', nothing: 'y', empty: 'z', half: '2' },
    ];
    expect(JSON.parse(toJson(result))).toEqual(objects);
    expect(
      toNdjson(result)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(objects);
    expect(toCsv(result)).toBe('text,nothing,empty,half\n"a ""b"", c",,"",0.5\nx,y,z,2\n');
    expect(toJson({ columns: [], rows: [] })).toBe('[]\n');
  });

  it('can be a Parquet file', async () => {
    const folder = temporaryFolder();
    const lake = emptyLake();
    await lake.write('trades', 'binance', 'segment-a', [trade('1', noon), trade('2', noon)]);
    const path = join(folder, "it's.parquet");
    expect(await queryToParquet(lake, 'SELECT trade_id, ts_event FROM trades -- both\n;', path)).toBe(2);
    const { columns, rows } = await query(lake, `SELECT * FROM read_parquet('${path.replace("'", "''")}') ORDER BY 1`);
    expect(columns[1]?.type).toBe('TIMESTAMP WITH TIME ZONE');
    expect(rows.map(([id]) => id)).toEqual(['1', '2']);
    await expect(queryToParquet(lake, 'SELECT 1', '/no/such/folder/x.parquet')).rejects.toMatchObject({
      name: 'QueryError',
    });
  });
});

describe('a query that is wrong', () => {
  it.each([
    ['SELECT nonsense FROM trades', /nonsense/],
    ['SELEC 1', /syntax error/],
    ['', /empty/],
    ['SELECT 1; SELECT 2', /one SELECT, found 2/],
    ["COPY trades TO 'x.parquet'", /one SELECT/],
    ['DROP VIEW trades', /one SELECT/],
    ["ATTACH 'x.db'", /one SELECT/],
    ['INSERT INTO trades SELECT * FROM trades', /./],
  ])('%s: says why', async (sql, message) => {
    const failure = query(emptyLake(), sql);
    await expect(failure).rejects.toMatchObject({ name: 'QueryError', message: expect.stringMatching(message) });
  });

  it.each([0, 300])('can be stopped after %i ms', async (ms) => {
    const endless = 'SELECT count(*) FROM range(1000000000000) a, range(1000000000000) b WHERE a.range * b.range = 3';
    await expect(query(emptyLake(), endless, { signal: AbortSignal.timeout(ms) })).rejects.toThrow('timeout');
  });
});

it('who does not query does not load DuckDB, who does not write does not load the encoder, nor a folder the S3 SDK', async () => {
  const folder = temporaryFolder();
  await emptyLake(folder).write('trades', 'binance', 'segment-a', [trade('1', noon)]);
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { Lake, openStore } = await import('@feedlake/lake');
    const lake = new Lake(openStore(process.argv[1]), { writer: 'test' });
    for await (const row of lake.scan('trades', { exchange: 'binance' })) process.stdout.write(row.trade_id + ' ');
    const heavy = ['@duckdb', 'parquet-wasm', 'apache-arrow', '@aws-sdk'];
    process.stdout.write(heavy.filter((name) => loaded.some((url) => url.includes(name))).join() + loaded.some((url) => url.includes('hyparquet')));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, folder]);
  expect(stdout).toBe('1 true');
});
