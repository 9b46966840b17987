import { ColumnBatch, Lake, openStore, RowError } from '@feedlake/lake';
import { describe, expect, it } from 'vitest';
import { at, collect, temporaryFolder, trade } from '../../support/lake.ts';

const noon = at('2026-03-27T12:00:00Z');

async function readBack(rows: ReturnType<typeof trade>[]) {
  const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
  await lake.write('trades', 'binance', 'history-test', rows);
  return collect(lake.scan('trades', { exchange: 'binance' }));
}

describe('a batch of columns', () => {
  it.each([
    [{ trade_id: undefined as unknown as string }, 'trades: trade_id is missing'],
    [{ price: 'abc' }, 'trades: price not a decimal number'],
    [{ price: '1e400' }, 'trades: price not a decimal number'],
    [{ price: 1.5 as unknown as string }, 'trades: price is no decimal text'],
    [{ ts_recv: 1.5 }, 'trades: ts_recv is no whole number'],
    [{ off_book: 'no' as unknown as boolean }, 'trades: off_book is neither true nor false'],
  ])('refuses a row with %o and keeps the others whole', async (fault, message) => {
    const batch = new ColumnBatch('trades');
    batch.append(trade('1', noon));
    expect(() => batch.append(trade('2', noon, { price: '0.12345678901234567890', ...fault }))).toThrow(RowError);
    expect(() => batch.append(trade('2', noon, fault))).toThrow(message);
    batch.append(trade('3', noon));
    expect(batch.rows).toBe(2);
    const { vector } = batch.column('trade_id');
    expect(vector.sortKeys(batch.rows)).toEqual(Float64Array.of(1, 3));
    expect(batch.column('exact').vector.valid?.slice(0, 2)).toEqual(Uint8Array.of(0, 0));
  });

  it('grows without losing what it has, texts of any length and script among them', async () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `${'ü€😀x'.repeat(index % 40)}${index}`);
    const rows = texts.map((text, index) => trade(String(index), noon + index, { first_trade_id: text }));
    expect((await readBack(rows)).map((row) => row.first_trade_id)).toEqual(texts);
  });

  it('keeps null, zero, minus zero and the empty text apart', async () => {
    const rows = [
      trade('1', noon, { size: '0', first_trade_id: null }),
      trade('2', noon, { size: '-0', first_trade_id: '0' }),
      trade('3', noon, { size: '0.000', last_trade_id: '' }),
    ];
    const read = await readBack(rows);
    expect(read.map((row) => row.size)).toEqual(['0', '-0', '0']);
    expect(read.map((row) => row.first_trade_id)).toEqual([null, '0', null]);
    expect(read.map((row) => row.last_trade_id)).toEqual([null, null, '']);
    expect(read.map((row) => row.exact)).toEqual([null, '{"size":"-0"}', null]);
  });

  it('sorts by symbol, time and id, ids of digits as numbers, equal rows in the order of their arrival', async () => {
    const ids = async (rows: ReturnType<typeof trade>[]) => (await readBack(rows)).map((row) => row.trade_id);
    const eth = { symbol: 'ETH-USDT-PERP' };
    expect(
      await ids([
        trade('5', noon + 2, eth),
        trade('100', noon),
        trade('99', noon),
        trade('7', noon - 1),
        trade('6', noon, eth),
      ]),
    ).toEqual(['7', '99', '100', '6', '5']);
    expect(await ids([trade('b', noon), trade('a10', noon), trade('a9', noon)])).toEqual(['a10', 'a9', 'b']);
    const twins = await readBack([trade('1', noon, { price: '3' }), trade('1', noon, { price: '2' })]);
    expect(twins.map((row) => row.price)).toEqual(['3', '2']);
  });

  it('keeps times and integers of both signs up to 2^53', async () => {
    const times = [
      -(2 ** 53) + 1,
      -(2 ** 32),
      -1,
      0,
      1,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 32,
      1_790_000_000_123_456,
      2 ** 53 - 1,
    ];
    const rows = times.map((time, index) => trade(String(index), noon, { ts_recv: time }));
    expect((await readBack(rows)).map((row) => row.ts_recv)).toEqual(times);
  });
});
