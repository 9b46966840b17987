import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Spool } from '@feedlake/lake';
import type { AnyRow, DatasetName } from '@feedlake/schema';
import { openInterest } from './lake.ts';
import { at, trade } from './rows.ts';
import { comparable, openSpool } from './spool-lake.ts';

const noon = at('2026-03-27T12:00:00Z');
const symbol = 'BTC-USDT-PERP';
const venueSymbol = 'BTCUSDT';

/** Adds a few rows of several datasets, exchanges and dates, in each of the three ways, and gives them as texts. */
export function addSome(spool: Spool, round: number): string[] {
  const event = noon + round * 1_000_000;
  const rows: string[] = [];
  const common = { exchange: 'binance', symbol, venue_symbol: venueSymbol, ts_event: event, ts_recv: event + 1 };

  const trades = spool.trades('binance', 'live');
  trades.table.trade(event, true, 0.5, 3, false, 1000 + round, Number.NaN, Number.NaN);
  trades.table.commit(trades.instruments.numberOf(symbol, venueSymbol), event + 1);
  const hot = { ...common, source: 'live', trade_id: String(1000 + round), side: 'sell', price: '0.5', size: '3' };
  rows.push(comparable('trades', { ...hot, off_book: false }));

  const books = spool.books('binance', 'live');
  books.table.level(true, 1.5, 2);
  books.table.level(false, 1.6, 0);
  books.table.message(event, Number.NaN, 70 + round, Number.NaN, Number.NaN, false);
  books.table.commit(books.instruments.numberOf(symbol, venueSymbol), event + 1);
  const level = { ...common, source: 'live', last_seq: 70 + round, is_snapshot: false };
  rows.push(
    comparable('book_deltas', { ...level, side: 'bid', price: '1.5', size: '2', is_last: false }),
    comparable('book_deltas', { ...level, side: 'ask', price: '1.6', size: '0', is_last: true }),
  );

  const add = (dataset: DatasetName, row: ReturnType<typeof trade> | ReturnType<typeof openInterest>) => {
    spool.append(dataset, row.exchange, { ...row });
    rows.push(comparable(dataset, { ...row }));
  };
  add('trades', trade(`a-${round}`, noon - 86_400_000_000, { exchange: 'bybit', price: '0.12345678901234567890' }));
  add('open_interest', openInterest(event));
  return rows;
}

/** A segment as its writer leaves it after so many flushes, each with a note: ended, or as by a crash. */
export async function writtenSegment(options: {
  flushes: number;
  end: boolean;
  /** Rows of the first flush besides. */
  more?: { dataset: DatasetName; rows: readonly (AnyRow & { exchange: string })[] };
}): Promise<{
  folder: string;
  path: string;
  /** The rows of each flush. */
  rounds: string[][];
}> {
  const { spool, folder } = openSpool();
  const rounds: string[][] = [];
  const { dataset, rows } = options.more ?? { dataset: 'raw', rows: [] };
  for (const row of rows) spool.append(dataset, row.exchange, row);
  for (let round = 0; round < options.flushes; round += 1) {
    spool.note({ round });
    rounds.push(addSome(spool, round));
    await spool.flush();
  }
  const [name = ''] = readdirSync(folder);
  const path = join(folder, name);
  const crashed = readFileSync(path);
  await spool.end();
  if (!options.end) writeFileSync(path, crashed);
  return { folder, path, rounds };
}
