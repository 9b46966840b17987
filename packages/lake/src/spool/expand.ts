import type { ColumnBatch } from '../parquet/column-batch.ts';
import { AddedRows } from './added-rows.ts';
import { arrange } from './arrange.ts';
import type { Frame } from './frame.ts';
import type { NamedInstrument } from './instruments.ts';
import { readBooks, readTrades } from './table-frames.ts';

/** By the flags of a trade: bit 0 the aggressor sells, bit 1 off the book. */
const tradeSides = [
  [0, 'buy'],
  [1, 'sell'],
  [2, 'buy'],
  [3, 'sell'],
] as const;
const offBook = 2;

const bookSides = [
  [0, 'ask'],
  [1, 'bid'],
] as const;

/** Adds the trades of a frame to a batch, those of each instrument in the order they came. */
export function expandTrades(batch: ColumnBatch, frame: Frame): void {
  const trades = readTrades(frame);
  const { rows, messages } = arrange(trades);
  const added = new AddedRows(batch, rows.length);
  addCommon(added, frame, trades, messages);
  const names = Buffer.from(trades.names.buffer, trades.names.byteOffset, trades.names.length);
  added.numbers('ts_event', trades.event, rows);
  added.ids('trade_id', trades.id, rows, (row) =>
    names.toString('latin1', row === 0 ? 0 : trades.nameEnd[row - 1], trades.nameEnd[row]),
  );
  added.texts('side', tradeSides, trades.flags, rows);
  added.numbers('price', trades.price, rows);
  added.numbers('size', trades.size, rows);
  added.flags('off_book', trades.flags, offBook, rows);
  added.ids('first_trade_id', trades.firstId, rows);
  added.ids('last_trade_id', trades.lastId, rows);
  added.nothing('exact');
}

/** Adds the levels of a frame's book messages to a batch, those of each instrument in the order they came. */
export function expandBooks(batch: ColumnBatch, frame: Frame): void {
  const books = readBooks(frame);
  const { rows, messages } = arrange(books);
  const added = new AddedRows(batch, rows.length);
  addCommon(added, frame, books, messages);
  added.numbers('ts_event', books.event, messages);
  added.texts('side', bookSides, books.bid, rows);
  added.numbers('price', books.price, rows);
  added.numbers('size', books.size, rows);
  added.numbers('first_seq', books.firstSeq, messages);
  added.numbers('last_seq', books.lastSeq, messages);
  added.numbers('prev_seq', books.prevSeq, messages);
  added.numbers('cross_seq', books.crossSeq, messages);
  added.flags('is_snapshot', books.snapshot, 1, messages);
  added.flags('is_last', lastRows(books.count, rows.length), 1, rows);
  added.nothing('exact');
}

/** What messages of all kinds have. */
function addCommon(
  added: AddedRows,
  { head }: Frame,
  { received, instrument }: { received: Float64Array; instrument: Uint32Array },
  messages: Uint32Array,
): void {
  const instruments = head.instruments as NamedInstrument[];
  const symbols = instruments.map(([number, symbol]) => [number, symbol] as const);
  const venueSymbols = instruments.map(([number, , venueSymbol]) => [number, venueSymbol] as const);
  added.same('exchange', String(head.exchange));
  added.texts('symbol', symbols, instrument, messages);
  added.texts('venue_symbol', venueSymbols, instrument, messages);
  added.numbers('ts_recv', received, messages);
  added.same('source', String(head.source));
}

/** By row of the frame: 1 for the last of a message. */
function lastRows(count: Uint32Array, rows: number): Uint8Array {
  const isLast = new Uint8Array(rows);
  let end = 0;
  for (const one of count) {
    end += one;
    isLast[end - 1] = 1;
  }
  return isLast;
}
