import { AddedRows } from './added-rows.ts';
import type { Frame } from './frame.ts';
import type { FrameRows } from './frame-rows.ts';
import type { NamedInstrument } from './instruments.ts';
import { readBooks, readTrades } from './table-frames.ts';
import { Vocabulary } from './vocabulary.ts';

/** By the flags of a trade: bit 0 the aggressor sells, bit 1 off the book. */
const tradeSides = new Vocabulary([
  [0, 'buy'],
  [1, 'sell'],
  [2, 'buy'],
  [3, 'sell'],
]);
const offBook = 2;

const bookSides = new Vocabulary([
  [0, 'ask'],
  [1, 'bid'],
]);

/** The trades of a frame. */
export function tradeRows(frame: Frame): FrameRows {
  const trades = readTrades(frame);
  const common = commonOf(frame, trades);
  const names = Buffer.from(trades.names.buffer, trades.names.byteOffset, trades.names.length);
  return {
    count: common.count,
    addTo(batch, rows) {
      const added = new AddedRows(batch, rows.length);
      common.add(added, common.messagesOf(rows));
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
    },
  };
}

/** The levels of a frame's book messages. */
export function bookRows(frame: Frame): FrameRows {
  const books = readBooks(frame);
  const common = commonOf(frame, books);
  const isLast = lastRows(books.count, common.count);
  return {
    count: common.count,
    addTo(batch, rows) {
      const added = new AddedRows(batch, rows.length);
      const messages = common.messagesOf(rows);
      common.add(added, messages);
      added.numbers('ts_event', books.event, messages);
      added.texts('side', bookSides, books.bid, rows);
      added.numbers('price', books.price, rows);
      added.numbers('size', books.size, rows);
      added.numbers('first_seq', books.firstSeq, messages);
      added.numbers('last_seq', books.lastSeq, messages);
      added.numbers('prev_seq', books.prevSeq, messages);
      added.numbers('cross_seq', books.crossSeq, messages);
      added.flags('is_snapshot', books.snapshot, 1, messages);
      added.flags('is_last', isLast, 1, rows);
      added.nothing('exact');
    },
  };
}

/** Messages of a frame: number of each one's instrument, when it was received, its rows. */
interface Messages {
  readonly instrument: Uint32Array;
  readonly received: Float64Array;
  readonly count: Uint32Array;
}

/** What messages of all kinds have. */
function commonOf({ head }: Frame, { instrument, received, count }: Messages) {
  const instruments = head.instruments as NamedInstrument[];
  const symbols = new Vocabulary(instruments.map(([number, symbol]) => [number, symbol]));
  const venueSymbols = new Vocabulary(instruments.map(([number, , venueSymbol]) => [number, venueSymbol]));
  const messageOf = messagesOfRows(count);
  return {
    count: messageOf.length,
    /** The message of each of these rows. */
    messagesOf: (rows: Uint32Array): Uint32Array => rows.map((row) => messageOf[row] ?? 0),
    add(added: AddedRows, messages: Uint32Array): void {
      added.same('exchange', String(head.exchange));
      added.texts('symbol', symbols, instrument, messages);
      added.texts('venue_symbol', venueSymbols, instrument, messages);
      added.numbers('ts_recv', received, messages);
      added.same('source', String(head.source));
    },
  };
}

/** By row of the frame: its message. */
function messagesOfRows(count: Uint32Array): Uint32Array {
  const messages = new Uint32Array(count.reduce((sum, one) => sum + one, 0));
  let end = 0;
  for (const [message, rows] of count.entries()) {
    messages.fill(message, end, end + rows);
    end += rows;
  }
  return messages;
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
