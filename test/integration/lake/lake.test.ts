import { writeFileSync } from 'node:fs';
import { historyName, Lake, openStore, snapshotName } from '@feedlake/lake';
import { day, hour } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { countingStore } from '../../support/counting-store.ts';
import { at, collect, openInterest, temporaryFolder, trade } from '../../support/lake.ts';

const start = at('2026-03-01T00:00:00Z');
const symbols = ['BTC-USDT-PERP', 'ETH-USDT-PERP', 'XRP-USDT-PERP'];

function emptyLake() {
  const counted = countingStore(openStore(temporaryFolder()));
  return { ...counted, lake: new Lake(counted.store, { writer: 'test' }) };
}

/** Hourly rows of three symbols, one object a day; from the sixth day on XRP has none. */
async function tenDays() {
  const made = emptyLake();
  for (let date = 0; date < 10; date += 1) {
    const listed = date < 5 ? symbols : symbols.slice(0, 2);
    const hours = Array.from({ length: 24 }, (_, index) => start + date * day + index * hour);
    const rows = hours.flatMap((time) => listed.map((symbol) => openInterest(time, { symbol })));
    await made.lake.write('open_interest', 'binance', `history-${date}`, rows);
  }
  made.reads.length = 0;
  made.listings.length = 0;
  return { ...made, reader: new Lake(made.store, { writer: 'reader' }) };
}

describe('writing', () => {
  it('puts rows where their time says: ts_event, or ts_recv where that is null', async () => {
    const { lake } = emptyLake();
    const midnight = start + day;
    const written = await lake.write('open_interest', 'binance', 'history-x', [
      openInterest(midnight),
      openInterest(midnight - 1),
      openInterest(midnight - 1, { ts_event: null, ts_recv: midnight + day }),
    ]);
    expect(written).toMatchObject(
      ['2026-03-01', '2026-03-02', '2026-03-03'].map((date) => ({
        key: `v1/open_interest/exchange=binance/date=${date}/history-x.parquet`,
        rows: 1,
        outcome: 'created',
      })),
    );
    const sizes = (await collect(lake.objects())).map(({ size }) => size);
    expect(sizes).toEqual(written.map(({ bytes }) => bytes));
  });

  it('leaves one object of a snapshot slot that is written twice', async () => {
    const { lake } = emptyLake();
    const name = snapshotName(start);
    const outcomes = await Promise.all(
      ['100', '200'].map((value) =>
        lake.write('open_interest', 'binance', name, [openInterest(start, { open_interest: value })]),
      ),
    );
    expect(
      outcomes
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['created', 'exists']);
    expect(await collect(lake.objects())).toHaveLength(1);
    expect(await collect(lake.scan('open_interest', { exchange: 'binance' }))).toHaveLength(1);
  });

  it('splits what is too large for one object, the same way each time', async () => {
    const { lake } = emptyLake();
    const rows = Array.from({ length: 250_003 }, (_, index) => trade(String(index), start + index));
    const written = await lake.write('trades', 'binance', 'history-x', rows);
    expect(written.map(({ key, rows: count }) => [key.split('/').at(-1), count])).toEqual([
      ['history-x.parquet', 250_000],
      ['history-x.part2.parquet', 3],
    ]);
    const again = await lake.write('trades', 'binance', 'history-x', rows);
    expect(again.map(({ outcome }) => outcome)).toEqual(['exists', 'exists']);
  });

  it('writes nothing when one row can not be stored, or the name is none', async () => {
    const { lake } = emptyLake();
    const good = openInterest(start);
    const bad = openInterest(start + day, { open_interest: 'NaN' });
    await expect(lake.write('open_interest', 'binance', 'history-x', [good, bad])).rejects.toThrow('open_interest');
    await expect(lake.write('open_interest', 'bybit', 'history-x', [good])).rejects.toThrow('a row of binance');
    await expect(lake.write('open_interest', 'binance', '../x', [good])).rejects.toThrow('no name of an object');
    await expect(lake.write('open_interest', '../x', 'history-x', [good])).rejects.toThrow('no exchange id');
    expect(await collect(lake.objects())).toEqual([]);
  });
});

describe('reading', () => {
  it('gives back what was written, decimals exact and times in microseconds', async () => {
    const { lake } = emptyLake();
    const row = openInterest(start + 123_456, {
      open_interest: '12345678901234567890.123456789',
      open_interest_value: '0.10',
      value_basis: 'reported',
      period_seconds: 3600,
      scheduled_time: start,
    });
    await lake.write('open_interest', 'binance', historyName('x'), [row]);
    const [read] = await collect(lake.scan('open_interest', { exchange: 'binance' }));
    expect(read).toEqual({
      ...row,
      open_interest_value: '0.1',
      mark_price: null,
      exact: '{"open_interest":"12345678901234567890.123456789"}',
    });
    const scan = lake.scan('open_interest', { exchange: 'binance', columns: ['open_interest', 'ts_event'] });
    expect(await collect(scan)).toEqual([
      { open_interest: '12345678901234567890.123456789', ts_event: start + 123_456 },
    ]);
  });

  it('reads the dates of a range alone, its first moment in and its last out', async () => {
    const { reader, reads } = await tenDays();
    const range = { from: start + 2 * day + 22 * hour, to: start + 4 * day };
    const rows = await collect(
      reader.scan('open_interest', {
        exchange: 'binance',
        symbols: ['BTC-USDT-PERP'],
        columns: ['symbol', 'ts_event'],
        ...range,
      }),
    );
    expect(rows).toEqual(
      Array.from({ length: 26 }, (_, index) => ({ symbol: 'BTC-USDT-PERP', ts_event: range.from + index * hour })),
    );
    expect(new Set(reads.map(({ key }) => key.split('/')[3]))).toEqual(new Set(['date=2026-03-03', 'date=2026-03-04']));
  });

  it('reads a small object once, whether it holds the symbol or not', async () => {
    const { reader, reads } = await tenDays();
    const rows = await collect(reader.scan('open_interest', { exchange: 'binance', symbols: ['XRP-USDT-PERP'] }));
    expect(rows).toHaveLength(5 * 24);
    const readsOf = (date: number) => reads.filter(({ key }) => key.endsWith(`/history-${date}.parquet`)).length;
    expect(Array.from({ length: 10 }, (_, date) => readsOf(date))).toEqual(Array(10).fill(1));
  });

  it('leaves out objects by name, unread', async () => {
    const { reader, reads } = await tenDays();
    const skipObjects = (name: string) => name !== 'history-7';
    expect(await collect(reader.scan('open_interest', { exchange: 'binance', skipObjects }))).toHaveLength(48);
    expect(new Set(reads.map(({ key }) => key.split('/')[3]))).toEqual(new Set(['date=2026-03-08']));
  });

  it('reads only the columns asked for, and the pages that can hold the symbol, of a large object', async () => {
    const { lake, reads } = emptyLake();
    const rows = Array.from({ length: 200_000 }, (_, index) =>
      trade(String(index), start + index, {
        symbol: `S${String(index % 50).padStart(2, '0')}-USDT-PERP`,
        size: `${index}.${index}`,
      }),
    );
    const [written] = await lake.write('trades', 'binance', 'history-x', rows);
    const read = await collect(
      lake.scan('trades', { exchange: 'binance', symbols: ['S07-USDT-PERP'], columns: ['trade_id'] }),
    );
    expect(read).toHaveLength(4000);
    expect(read.slice(0, 2)).toEqual([{ trade_id: '7' }, { trade_id: '57' }]);
    expect(reads.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan((written?.bytes ?? 0) / 3);
  });

  it('keeps rows without a time of their own, by when they were received', async () => {
    const { lake } = emptyLake();
    const rows = [openInterest(start), openInterest(start, { ts_event: null, ts_recv: start + hour })];
    await lake.write('open_interest', 'binance', 'history-x', rows);
    const from = start + hour / 2;
    expect(await collect(lake.scan('open_interest', { exchange: 'binance', from }))).toMatchObject([
      { ts_event: null },
    ]);
    expect(await lake.lastTime('open_interest', 'binance', 'BTC-USDT-PERP')).toBe(start + hour);
  });

  it('names an object that is damaged', async () => {
    const folder = temporaryFolder();
    const lake = new Lake(openStore(folder), { writer: 'test' });
    const [written] = await lake.write('open_interest', 'binance', 'history-x', [openInterest(start)]);
    writeFileSync(`${folder}/${written?.key}`, 'no Parquet file at all');
    const scan = collect(
      new Lake(openStore(folder), { writer: 'test' }).scan('open_interest', { exchange: 'binance' }),
    );
    await expect(scan).rejects.toMatchObject({
      name: 'ObjectError',
      message: expect.stringContaining(String(written?.key)),
    });
  });
});

describe('the last time', () => {
  it('is found in the newest date, and nothing older is listed or read', async () => {
    const { reader, reads, listings } = await tenDays();
    expect(await reader.lastTime('open_interest', 'binance', 'BTC-USDT-PERP')).toBe(start + 10 * day - hour);
    expect(new Set(reads.map(({ key }) => key.split('/')[3]))).toEqual(new Set(['date=2026-03-10']));
    expect(reads.length).toBeLessThanOrEqual(2);
    expect(listings).toHaveLength(2);
  });

  it('of a symbol that is gone costs one footer for each date since, and of one that never was, one for each date', async () => {
    const { reader, reads } = await tenDays();
    expect(await reader.lastTime('open_interest', 'binance', 'XRP-USDT-PERP')).toBe(start + 5 * day - hour);
    expect(reads.length).toBeLessThanOrEqual(5 + 2);
    reads.length = 0;
    expect(await reader.lastTime('open_interest', 'binance', 'DOGE-USDT-PERP')).toBeNull();
    expect(reads).toHaveLength(4);
    expect(await reader.lastTime('open_interest', 'okx', 'BTC-USDT-PERP')).toBeNull();
    expect(reads).toHaveLength(4);
  });

  it('reads footers of snapshots, and rows of the newest alone', async () => {
    const { lake, store, reads } = emptyLake();
    for (let slot = 0; slot < 20; slot += 1) {
      const time = start + slot * hour;
      const rows = symbols.map((symbol, index) => openInterest(time - index * 1000, { symbol }));
      await lake.write(
        'open_interest',
        'binance',
        snapshotName(time),
        rows.filter((row) => slot < 15 || row.symbol !== 'XRP-USDT-PERP'),
      );
    }
    reads.length = 0;
    const reader = new Lake(store, { writer: 'reader' });
    expect(await reader.lastTime('open_interest', 'binance', 'ETH-USDT-PERP')).toBe(start + 19 * hour - 1000);
    expect(reads).toHaveLength(21);
    expect(await reader.lastTime('open_interest', 'binance', 'XRP-USDT-PERP')).toBe(start + 14 * hour - 2000);
    expect(reads).toHaveLength(22);
  });
});
