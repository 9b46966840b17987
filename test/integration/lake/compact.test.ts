import { writeFileSync } from 'node:fs';
import { type Lake as AnyLake, Lake, openStore, query, queryToParquet } from '@feedlake/lake';
import { type AnyRow, type DatasetName, day, hour, minute, type Row } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { compactionId, nameOfOutput } from '../../../packages/lake/src/compact/commit.ts';
import { compactAll, namesIn, start } from '../../support/compaction.ts';
import { collect, openInterest, temporaryFolder, trade } from '../../support/lake.ts';

function emptyLake() {
  const folder = temporaryFolder();
  const store = openStore(folder);
  return { folder, store, lake: new Lake(store, { writer: 'test' }) };
}

const common = { exchange: 'binance', symbol: 'BTC-USDT-PERP', venue_symbol: 'BTCUSDT', source: 'live' };

/** Rows as the files have them, doubles included. */
function physical<Name extends DatasetName>(lake: AnyLake, dataset: Name): Promise<Row<Name>[]> {
  return collect(lake.scan(dataset, { exchange: 'binance' })) as Promise<Row<Name>[]>;
}

function byText(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

describe('compaction', () => {
  it('makes one object of a closed date, each fact once, and nothing else changes', async () => {
    const { store, lake } = emptyLake();
    const rows = Array.from({ length: 300 }, (_, index) =>
      trade(String(index), start + index * minute, {
        symbol: `S${index % 7}-USDT-PERP`,
        price: index % 50 === 0 ? '0.12345678901234567890123' : String(1000 + index),
        ...(index % 3 === 0 ? { first_trade_id: String(index), last_trade_id: String(index + 1) } : {}),
      }),
    );
    for (let part = 0; part < 10; part += 1) {
      await lake.write('trades', 'binance', `stream-a-${part}`, rows.slice(part * 30, part * 30 + 30));
    }
    // Another writer, that heard all of it later.
    await lake.write(
      'trades',
      'binance',
      'stream-b-1',
      rows.map((row) => ({ ...row, ts_recv: row.ts_recv + 5 })),
    );
    const before = await query(lake, 'select * from trades order by symbol, trade_id');
    const [result, ...others] = await compactAll(store);
    expect(others).toEqual([]);
    expect(result).toMatchObject({
      dataset: 'trades',
      exchange: 'binance',
      date: '2026-03-01',
      outcome: 'compacted',
      objects: { before: 11, after: 1 },
      rows: { before: 600, after: 300 },
      message: null,
    });
    const names = await namesIn(store);
    expect(names).toEqual([
      expect.stringMatching(/^_compact-\w{24}\.json$/),
      expect.stringMatching(/^compact-\w{24}\.parquet$/),
    ]);
    expect(await query(lake, 'select * from trades order by symbol, trade_id')).toEqual(before);
    const scanned = await physical(lake, 'trades');
    expect(byText(scanned)).toHaveLength(300);
    expect(scanned.map(({ symbol, ts_event }) => `${symbol} ${ts_event}`)).toEqual(
      scanned.map(({ symbol, ts_event }) => `${symbol} ${ts_event}`).sort(),
    );
    expect(scanned.filter(({ price }) => price === '0.12345678901234567890123')).toHaveLength(6);
    expect(await compactAll(store)).toEqual([]);
    expect(await namesIn(store)).toEqual(names);
  });

  it('writes objects that are made as all others are', async () => {
    const { folder, store, lake } = emptyLake();
    const rows = Array.from({ length: 40 }, (_, index) => trade(String(index), start + index));
    await lake.write('trades', 'binance', 'stream-a-1', rows.slice(0, 20));
    await lake.write('trades', 'binance', 'stream-a-2', rows.slice(20));
    const other = emptyLake();
    const [written] = await other.lake.write('trades', 'binance', 'stream-a-1', rows);
    await compactAll(store);
    const [object] = await collect(lake.objects('trades'));
    const described = async (path: string) => {
      const schema = `select name, type, repetition_type, converted_type, logical_type from parquet_schema('${path}')`;
      const columns = `select path_in_schema, compression, encodings from parquet_metadata('${path}')`;
      return [(await query(lake, schema)).rows, (await query(lake, columns)).rows];
    };
    expect(await described(`${folder}/${object?.key}`)).toEqual(await described(`${other.folder}/${written?.key}`));
    const footer = object === undefined ? null : await lake.footer(object);
    const [own] = await collect(other.lake.objects('trades'));
    const expected = own === undefined ? null : await other.lake.footer(own);
    expect(footer).toMatchObject({ rows: 40, symbols: expected?.symbols, times: expected?.times });
    for (const key of ['schema_version', 'dataset', 'exchange', 'rows', 'time_range', 'symbols']) {
      expect(footer?.metadata.get(`feedlake.${key}`), key).toBe(expected?.metadata.get(`feedlake.${key}`));
    }
    expect(footer?.metadata.get('feedlake.replaces')).toBe('2');
    expect(object?.name).toBe(`compact-${footer?.metadata.get('feedlake.compaction')}`);
  });

  it('leaves a date alone that is not over, a single object, raw messages, and other dates than asked for', async () => {
    const { store, lake } = emptyLake();
    const raw = (ts_recv: number): Row<'raw'> => ({
      exchange: 'binance',
      ts_recv,
      source: 'live',
      connection: 'c',
      message: '{}',
    });
    for (const [name, time] of Object.entries({ one: 0, two: hour })) {
      await lake.write('trades', 'binance', `stream-${name}`, [trade(name, start + 9 * day + time)]);
      await lake.write('trades', 'binance', `stream-${name}`, [trade(name, start + 12 * day + time)]);
      await lake.write('raw', 'binance', `stream-${name}`, [raw(start + time)]);
    }
    await lake.write('trades', 'binance', 'stream-single', [trade('single', start)]);
    const before = await namesIn(store);
    const now = start + 10 * day + 6 * hour - 1;
    expect(await compactAll(store, { now, afterMs: 6 * 3_600_000 })).toEqual([]);
    expect(await compactAll(store, { firstDate: '2026-03-11', lastDate: '2026-03-12' })).toEqual([]);
    expect(await namesIn(store)).toEqual(before);
    const dry = await compactAll(store, { dryRun: true });
    expect(dry.map(({ date, outcome, objects }) => [date, outcome, objects.before])).toEqual([
      ['2026-03-10', 'planned', 2],
      ['2026-03-13', 'planned', 2],
    ]);
    expect(await namesIn(store)).toEqual(before);
    expect(await compactAll(store, { now: now + 1, afterMs: 6 * 3_600_000 })).toMatchObject([{ date: '2026-03-10' }]);
  });

  it('merges what comes later into what it made before', async () => {
    const { store, lake } = emptyLake();
    const days = [0, 1, 2].map((index) => trade(String(index), start + index));
    for (const row of days.slice(0, 2)) await lake.write('trades', 'binance', `stream-${row.trade_id}`, [row]);
    await compactAll(store);
    await lake.write('trades', 'binance', 'stream-2', days.slice(1));
    expect(await compactAll(store)).toMatchObject([
      { objects: { before: 2, after: 1 }, rows: { before: 4, after: 3 } },
    ]);
    expect((await physical(lake, 'trades')).map(({ trade_id }) => trade_id)).toEqual(['0', '1', '2']);
    expect(await namesIn(store)).toHaveLength(2);
    // A name that was used once stays used.
    expect([...(await lake.names('trades'))].filter((name) => name.startsWith('stream-'))).toEqual([
      'stream-2',
      'stream-0',
      'stream-1',
    ]);
  });

  it('takes back nothing: what was replaced and comes again is removed, unless it is something else', async () => {
    const { store, lake } = emptyLake();
    const rows = [trade('1', start), trade('2', start + 1)];
    for (const row of rows) await lake.write('trades', 'binance', `stream-${row.trade_id}`, [row]);
    await compactAll(store);
    const names = await namesIn(store);
    // A writer that was killed before it could note that its segment is in the lake.
    await lake.write('trades', 'binance', 'stream-1', rows.slice(0, 1));
    expect((await physical(lake, 'trades')).map(({ trade_id }) => trade_id)).toEqual(['1', '2']);
    expect(await compactAll(store)).toMatchObject([{ outcome: 'finished' }]);
    expect(await namesIn(store)).toEqual(names);
    await lake.write('trades', 'binance', 'stream-1', [trade('3', start + 2), trade('4', start + 3)]);
    expect(await physical(lake, 'trades')).toHaveLength(4);
    expect(await compactAll(store)).toMatchObject([{ outcome: 'compacted', rows: { before: 4, after: 4 } }]);
    // Same name and size, other content.
    await lake.write('trades', 'binance', 'stream-2', [trade('9', start + 1)]);
    expect(await physical(lake, 'trades'), 'as far as a listing tells, it is the same').toHaveLength(4);
    expect(await compactAll(store)).toMatchObject([{ outcome: 'compacted', rows: { before: 5, after: 5 } }]);
    expect((await physical(lake, 'trades')).map(({ trade_id }) => trade_id).sort()).toEqual(['1', '2', '3', '4', '9']);
  });

  it('keeps to natural keys: candles that are closed, rows without a time, what differs only in exact', async () => {
    const { store, lake } = emptyLake();
    const candle = (close: string, closed: boolean, ts_recv: number): Row<'candles'> => {
      const times = { ts_event: start, open_time: start, ts_recv };
      return { ...common, ...times, interval_seconds: 60, open: '1', high: '1', low: '1', close, volume: '1', closed };
    };
    await lake.write('candles', 'binance', 'stream-a', [candle('1', false, start), candle('2', true, start + 1)]);
    await lake.write('candles', 'binance', 'stream-b', [candle('3', false, start + 2), candle('4', true, start + 3)]);
    const untimed = (ts_recv: number, scheduled_time: number | null) =>
      openInterest(start, { ts_event: null, ts_recv, scheduled_time });
    await lake.write('open_interest', 'binance', 'snapshot-a', [untimed(start, null), untimed(start + 1, start)]);
    await lake.write('open_interest', 'binance', 'snapshot-b', [untimed(start + 2, null), untimed(start + 3, start)]);
    const ticker = (last_price: string): Row<'tickers'> => ({ ...common, ts_event: start, ts_recv: start, last_price });
    await lake.write('tickers', 'binance', 'stream-a', [ticker('0.12345678901234567891')]);
    await lake.write('tickers', 'binance', 'stream-b', [
      ticker('0.12345678901234567892'),
      ticker('0.12345678901234567891'),
    ]);
    await compactAll(store);
    expect((await physical(lake, 'candles')).map(({ close }) => close)).toEqual(['4']);
    expect((await physical(lake, 'open_interest')).map(({ ts_recv }) => ts_recv - start)).toEqual([0, 1, 2]);
    expect((await physical(lake, 'tickers')).map((row) => row.last_price)).toEqual([
      '0.12345678901234567891',
      '0.12345678901234567892',
    ]);
  });

  it('drops of coverage only what is all the same', async () => {
    const { store, lake } = emptyLake();
    const word = (more: Partial<Row<'coverage'>>): Row<'coverage'> => ({
      ...common,
      ts_event: start,
      ts_recv: start + hour,
      dataset: 'trades',
      from_time: start,
      to_time: start + hour,
      state: 'covered',
      writer: 'a',
      detail: 'stream',
      ...more,
    });
    const said = [
      word({}),
      word({ repaired_by: 'sequence' }),
      word({ rows: 5 }),
      word({ symbol: null, venue_symbol: null }),
    ];
    await lake.write('coverage', 'binance', 'stream-a', said);
    await lake.write('coverage', 'binance', 'stream-b', [...said, word({ writer: 'b' })]);
    await compactAll(store);
    expect(byText(await physical(lake, 'coverage'))).toHaveLength(5);
  });

  it('keeps messages of books whole, and a level that one tells twice as it was told last', async () => {
    const { store, lake } = emptyLake();
    const level = (
      seq: number,
      side: string,
      price: string,
      more: Partial<Row<'book_deltas'>> = {},
    ): Row<'book_deltas'> => ({
      ...common,
      ts_event: start + seq,
      ts_recv: start + seq,
      side,
      price,
      size: '1',
      last_seq: seq,
      is_snapshot: false,
      is_last: false,
      ...more,
    });
    const message = (seq: number, more: Partial<Row<'book_deltas'>> = {}) => [
      level(seq, 'bid', '10', { ...more, size: '1' }),
      level(seq, 'ask', '11', more),
      level(seq, 'bid', '10', { ...more, size: '2', is_last: true }),
    ];
    const empty = level(9, 'bid', '1', { side: null, price: null, size: null, is_last: true, is_snapshot: true });
    await lake.write('book_deltas', 'binance', 'stream-a', [...message(1), ...message(2), empty]);
    const second = message(2, { ts_recv: start + 1 });
    await lake.write('book_deltas', 'binance', 'stream-b', [...second, ...message(3), empty]);
    await compactAll(store);
    const rows = await physical(lake, 'book_deltas');
    expect(rows.map((row) => [row.last_seq, row.side, row.size, row.is_last, row.ts_recv - start])).toEqual([
      [1, 'ask', '1', false, 1],
      [1, 'bid', '2', true, 1],
      [2, 'ask', '1', false, 1],
      [2, 'bid', '2', true, 1],
      [3, 'ask', '1', false, 3],
      [3, 'bid', '2', true, 3],
      [9, null, null, true, 9],
    ]);
  });

  it('goes on with other dates where an object is damaged, newer, or not like the schema, and touches nothing there', async () => {
    const { folder, store, lake } = emptyLake();
    for (let date = 0; date < 5; date += 1) {
      for (const part of [1, 2]) {
        const time = start + date * day + part;
        const metadata = date === 1 && part === 2 ? { 'feedlake.schema_version': '2' } : {};
        await lake.write('trades', 'binance', `stream-${part}`, [trade(`${date}${part}`, time)], metadata);
      }
    }
    const path = (date: number, name = 'stream-2') =>
      `${folder}/v1/trades/exchange=binance/date=2026-03-0${date + 1}/${name}.parquet`;
    writeFileSync(path(2), 'no Parquet file at all');
    const copies = [
      [path(3, 'stream-3'), 'select *, 1 as surprise'],
      [path(4, 'stream-3'), 'select * replace (price::varchar as price)'],
    ] as const;
    for (const [to, select] of copies)
      await queryToParquet(
        emptyLake().lake,
        `${select} from read_parquet('${path(0, 'stream-1')}', hive_partitioning = false)`,
        to,
      );
    const before = await namesIn(store);
    const results = await compactAll(store);
    expect(results.map(({ date, outcome, message }) => [date.slice(-2), outcome, message])).toEqual([
      ['01', 'compacted', null],
      ['02', 'failed', expect.stringMatching(/date=2026-03-02\/stream-2.parquet has version 2 of the schema/)],
      ['03', 'failed', expect.stringMatching(/date=2026-03-03\/stream-2.parquet can't be read as Parquet/)],
      ['04', 'failed', expect.stringMatching(/stream-3.parquet has a column surprise/)],
      ['05', 'failed', expect.stringMatching(/stream-3.parquet: its column price is BYTE_ARRAY, not DOUBLE/)],
    ]);
    expect((await namesIn(store)).slice(2)).toEqual(before.slice(2));
  });

  it('does not take what stands under the name of an output for it, and touches nothing', async () => {
    const { store, lake } = emptyLake();
    for (const id of ['1', '2']) await lake.write('trades', 'binance', `stream-${id}`, [trade(id, start)]);
    const partition = { dataset: 'trades', exchange: 'binance', date: '2026-03-01' } as const;
    const name = nameOfOutput(compactionId(partition, ['stream-1', 'stream-2']), 1);
    await lake.write('trades', 'binance', name, [trade('1', start), trade('2', start, { price: '1' })]);
    const before = await namesIn(store);
    expect(await compactAll(store)).toMatchObject([
      { outcome: 'failed', message: expect.stringMatching(/compact-\w+.parquet does not have the facts/) },
    ]);
    expect(await namesIn(store)).toEqual(before);
  });

  it('refuses a row without what every row has', async () => {
    const { folder, store, lake } = emptyLake();
    await lake.write('trades', 'binance', 'stream-1', [trade('1', start)]);
    const path = (name: string) => `${folder}/v1/trades/exchange=binance/date=2026-03-01/${name}.parquet`;
    const rows = `select * replace (null::varchar as side, '2' as trade_id) from read_parquet('${path('stream-1')}', hive_partitioning = false)`;
    await queryToParquet(emptyLake().lake, rows, path('stream-2'));
    const before = await namesIn(store);
    expect(await compactAll(store)).toMatchObject([{ outcome: 'failed' }]);
    expect(await namesIn(store)).toEqual(before);
  });

  it('stops when it is told to, and nothing is lost', async () => {
    const { store, lake } = emptyLake();
    for (const id of ['1', '2']) await lake.write('trades', 'binance', `stream-${id}`, [trade(id, start)]);
    const stop = new AbortController();
    const running = compactAll(store, {
      signal: stop.signal,
      removalDelayMs: 3_600_000,
      onProgress: ({ done }) => done === 1 && stop.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
    expect(await physical(lake, 'trades')).toHaveLength(2);
    expect(await namesIn(store)).toHaveLength(4);
    expect(await compactAll(store)).toMatchObject([{ outcome: 'finished' }]);
    expect(await namesIn(store)).toHaveLength(2);
  });
});

it('rows are exact, whatever they are', async () => {
  const { store, lake } = emptyLake();
  const rows: AnyRow[] = ['-0', '1e-7', '123456789012345678901234567890', '0.1', '99999.999999999999999'].map(
    (size, index) => ({
      ...trade(String(index), start + index, { size, symbol: `${index}'"\\é*[?-USDT-PERP` }),
    }),
  );
  for (const [index, row] of rows.entries())
    await lake.write('trades', 'binance', `stream-${index}`, [row as Row<'trades'>]);
  const before = byText(await physical(lake, 'trades'));
  await compactAll(store);
  expect(byText(await physical(lake, 'trades'))).toEqual(before);
});
