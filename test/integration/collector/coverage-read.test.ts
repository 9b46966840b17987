import { createHash } from 'node:crypto';
import { exchangesWithCoverage, lookBack, readCoverage } from '@feedlake/collector';
import { Lake, openStore } from '@feedlake/lake';
import { day, hour, minute, type Row } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { countingStore } from '../../support/counting-store.ts';
import { at, collect, temporaryFolder } from '../../support/lake.ts';

const start = at('2026-10-20');
const range = { from: start, to: start + day };

/** A row of binance trades that is written when its interval ends. */
function said(from: number, to: number, values: Partial<Row<'coverage'>> = {}): Row<'coverage'> {
  return {
    exchange: 'binance',
    symbol: 'BTC-USDT-PERP',
    venue_symbol: 'BTCUSDT',
    ts_event: from,
    ts_recv: to,
    source: 'simulated',
    dataset: 'trades',
    from_time: from,
    to_time: to,
    state: 'covered',
    writer: 'main',
    detail: 'stream',
    ...values,
  };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

function emptyLake(): { lake: Lake; reads: { key: string }[] } {
  const { store, reads } = countingStore(openStore(temporaryFolder()));
  return { lake: new Lake(store, { writer: 'test' }), reads };
}

async function times(lake: Lake, query: Partial<Parameters<typeof readCoverage>[1]> = {}): Promise<number[][]> {
  const rows = await collect(readCoverage(lake, { exchanges: ['binance'], ...range, ...query }));
  return rows.map((row) => [row.from_time - start, row.to_time - start]).sort(([a = 0], [b = 0]) => a - b);
}

test('rows that touch the range come, whenever they begin, and no others', async () => {
  const { lake } = emptyLake();
  await lake.write('coverage', 'binance', 'stream-1', [
    said(start - 6 * day, start + 1),
    said(start - 3 * day, start),
    said(start - minute, start + minute),
    said(start, start),
    said(start + day - 1, start + 2 * day),
    said(start + day, start + 2 * day),
  ]);
  expect(await times(lake)).toEqual([
    [-6 * day, 1],
    [-minute, minute],
    [0, 0],
    [day - 1, 2 * day],
  ]);
});

test('how far back it looks', async () => {
  const { lake } = emptyLake();
  await lake.write('coverage', 'binance', 'stream-1', [
    said(start - lookBack, start + hour),
    said(start - lookBack - 1, start + hour),
  ]);
  expect(await times(lake)).toEqual([[-lookBack, hour]]);
});

test('what was said long before the range is not read, what was said later is', async () => {
  const { lake, reads } = emptyLake();
  // Of a small object all comes with the footer.
  const large = (from: number, to: number) =>
    Array.from({ length: 2000 }, (_, index) => said(from, from, { ts_recv: to, detail: hash(`${index}`) }));
  for (let daysAgo = 6; daysAgo >= 0; daysAgo -= 1) {
    const from = start - daysAgo * day;
    const rows = [said(from, from + hour), ...(daysAgo > 1 ? large(from, from + hour) : [])];
    await lake.write('coverage', 'binance', `stream-${daysAgo}`, rows);
  }
  const gap = { from: start - 5 * day, to: start + 2 * hour };
  await lake.write('coverage', 'binance', 'stream-gap', [said(gap.from, gap.to), ...large(gap.from, gap.to)]);
  // The slot of a snapshot ends after it was taken.
  const slot = said(start - hour, start + 3 * hour, { ts_recv: start - hour, detail: 'snapshot' });
  await lake.write('coverage', 'binance', 'snapshot-slot', [slot]);
  // An object of this name stands at either date, and only what was said about the second matters.
  const twoDates = [said(start - 4 * day, start - 3 * day), said(start - 3 * day, start + 4 * hour)];
  await lake.write('coverage', 'binance', 'history-two-dates', twoDates);
  reads.length = 0;
  expect(await times(lake)).toEqual([
    [-5 * day, 2 * hour],
    [-3 * day, 4 * hour],
    [-hour, 3 * hour],
    [0, hour],
  ]);
  const readsOf = (name: string) => reads.filter(({ key }) => key.endsWith(`/${name}.parquet`)).length;
  expect([6, 5, 4, 3, 2].map((daysAgo) => readsOf(`stream-${daysAgo}`))).toEqual([1, 1, 1, 1, 1]);
  expect(readsOf('stream-gap')).toBeGreaterThan(1);
});

test('datasets and symbols; rows about all symbols always come', async () => {
  const { lake } = emptyLake();
  await lake.write('coverage', 'binance', 'stream-1', [
    said(start + 1, start + hour),
    said(start + 2, start + hour, { symbol: 'ETH-USDT-PERP' }),
    said(start + 3, start + hour, { symbol: null, venue_symbol: null }),
    said(start + 4, start + hour, { dataset: 'tickers' }),
  ]);
  const from = async (query: object) => (await times(lake, query)).map(([time]) => time);
  expect(await from({ symbols: ['BTC-USDT-PERP'] })).toEqual([1, 3, 4]);
  expect(await from({ datasets: ['trades'] })).toEqual([1, 2, 3]);
  expect(await from({ datasets: ['tickers'], symbols: ['SOL-USDT-PERP'] })).toEqual([]);
});

test('exchanges', async () => {
  const { lake } = emptyLake();
  for (const exchange of ['bybit', 'binance']) {
    await lake.write('coverage', exchange, 'stream-1', [said(start - day, start + hour, { exchange })]);
  }
  await lake.write('coverage', 'okx', 'stream-1', [said(start - 9 * day, start - 8 * day, { exchange: 'okx' })]);
  expect(await exchangesWithCoverage(lake, range)).toEqual(['binance', 'bybit']);
  expect(await collect(readCoverage(lake, { exchanges: ['bybit', 'binance'], ...range }))).toHaveLength(2);
});
