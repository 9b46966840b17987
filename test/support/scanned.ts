import type { ScanBook, ScanTrades } from '@feedlake/exchanges';
import { BookTable, TradeTable } from '@feedlake/lake';
import { type AnyRow, survivesDouble } from '@feedlake/schema';
import { expect } from 'vitest';
import { backpack } from '../../packages/exchanges/src/backpack/index.ts';
import { scanBook as scanBackpackBook } from '../../packages/exchanges/src/backpack/scan-book.ts';
import { scanTrades as scanBackpackTrades } from '../../packages/exchanges/src/backpack/scan-trades.ts';
import { binance } from '../../packages/exchanges/src/binance/index.ts';
import { scanBook as scanBinanceBook } from '../../packages/exchanges/src/binance/scan-book.ts';
import { scanTrades as scanBinanceTrades } from '../../packages/exchanges/src/binance/scan-trades.ts';
import { bybit } from '../../packages/exchanges/src/bybit/index.ts';
import { scanBook as scanBybitBook } from '../../packages/exchanges/src/bybit/scan-book.ts';
import { scanTrades as scanBybitTrades } from '../../packages/exchanges/src/bybit/scan-trades.ts';
import { hyperliquid } from '../../packages/exchanges/src/hyperliquid/index.ts';
import { scanBook as scanHyperliquidBook } from '../../packages/exchanges/src/hyperliquid/scan-book.ts';
import { scanTrades as scanHyperliquidTrades } from '../../packages/exchanges/src/hyperliquid/scan-trades.ts';
import { mapMessage } from './mapped.ts';

export type VenueId = 'binance' | 'bybit' | 'hyperliquid' | 'backpack';
export type HotFeed = 'trades' | 'book_deltas';

const adapters = { binance, bybit, hyperliquid, backpack };

const tradeScans: Readonly<Record<VenueId, ScanTrades>> = {
  binance: scanBinanceTrades,
  bybit: scanBybitTrades,
  hyperliquid: scanHyperliquidTrades,
  backpack: scanBackpackTrades,
};

const bookScans: Readonly<Record<VenueId, ScanBook>> = {
  binance: scanBinanceBook,
  bybit: scanBybitBook,
  hyperliquid: scanHyperliquidBook,
  backpack: scanBackpackBook,
};

/** What is compared of a row. Decimals are numbers here. */
type PlainRow = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Scans a message for one instrument, and holds the rows that come of it against those of the mapper.
 * @returns the rows; null where the scan gave up.
 */
export function scanAndCompare(venue: VenueId, feed: HotFeed, data: Buffer, symbol: string): PlainRow[] | null {
  const rows = feed === 'trades' ? scannedTrades(venue, data, symbol) : scannedBook(venue, data, symbol);
  if (rows !== null) expect(rows, data.toString()).toEqual(mappedRows(venue, feed, data, symbol));
  return rows;
}

const trades = new TradeTable();
const books = new BookTable();

function scannedTrades(venue: VenueId, data: Buffer, symbol: string): PlainRow[] | null {
  const table = trades;
  table.clear();
  if (!tradeScans[venue](data, Buffer.from(symbol), table)) return null;
  return Array.from({ length: table.rows }, (_, row) => ({
    ts_event: table.event[row] as number,
    trade_id: table.idOf(row),
    side: ((table.flags[row] as number) & 1) === 1 ? 'sell' : 'buy',
    price: table.price[row] as number,
    size: table.size[row] as number,
    off_book: ((table.flags[row] as number) & 2) === 2,
    first_trade_id: textOrNull(table.firstId[row]),
    last_trade_id: textOrNull(table.lastId[row]),
  }));
}

function scannedBook(venue: VenueId, data: Buffer, symbol: string): PlainRow[] | null {
  const table = books;
  table.clear();
  if (!bookScans[venue](data, Buffer.from(symbol), table)) return null;
  return Array.from({ length: table.rows }, (_, row) => ({
    ts_event: table.event[0] as number,
    side: table.bid[row] === 1 ? 'bid' : 'ask',
    price: table.price[row] as number,
    size: table.size[row] as number,
    first_seq: numberOrNull(table.firstSeq[0]),
    last_seq: numberOrNull(table.lastSeq[0]),
    prev_seq: numberOrNull(table.prevSeq[0]),
    cross_seq: numberOrNull(table.crossSeq[0]),
    is_snapshot: table.snapshot[0] === 1,
    is_last: row === table.rows - 1,
  }));
}

const columns: Readonly<Record<HotFeed, readonly string[]>> = {
  trades: ['ts_event', 'trade_id', 'side', 'price', 'size', 'off_book', 'first_trade_id', 'last_trade_id'],
  book_deltas: [
    'ts_event',
    'side',
    'price',
    'size',
    'first_seq',
    'last_seq',
    'prev_seq',
    'cross_seq',
    'is_snapshot',
    'is_last',
  ],
};

/** The mapper's rows in the same form; a message that is not wholly about the instrument has none. */
function mappedRows(venue: VenueId, feed: HotFeed, data: Buffer, symbol: string): PlainRow[] | string {
  const { rows, rejected, ignored } = mapMessage(adapters[venue], data.toString());
  if (rejected.length + ignored.length > 0) return `not all of it is rows: ${[...rejected, ...ignored].join('; ')}`;
  const foreign = rows.filter(({ dataset, venue_symbol }) => dataset !== feed || venue_symbol !== symbol);
  return foreign.length > 0
    ? `rows of something else: ${JSON.stringify(foreign)}`
    : rows.map((row) => plain(feed, row));
}

function plain(feed: HotFeed, row: AnyRow): PlainRow {
  return Object.fromEntries(
    columns[feed].map((column) => {
      const value = row[column] ?? null;
      return [column, column === 'price' || column === 'size' ? exactly(value) : value];
    }),
  );
}

/** A decimal as a DOUBLE; as its text where a DOUBLE is not the same, which no scan may make one of. */
function exactly(value: AnyRow[string]): string | number | null {
  return typeof value === 'string' && survivesDouble(value) ? Number(value) : ((value ?? null) as string | null);
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function textOrNull(value: number | undefined): string | null {
  const number = numberOrNull(value);
  return number === null ? null : String(number);
}
