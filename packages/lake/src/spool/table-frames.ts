import type { BookTable } from './book-table.ts';
import { encodeFrame, type Frame, floats, words } from './frame.ts';
import type { TableInstruments } from './instruments.ts';
import type { TradeTable } from './trade-table.ts';

/** What all messages of a table have in common. */
export interface TableOrigin {
  readonly exchange: string;
  readonly source: string;
}

/** Gives a buffer of so many bytes. */
export type Allocate = (bytes: number) => Buffer;

/** The committed trades of a table as a frame. */
export function tradesFrame(
  table: TradeTable,
  instruments: TableInstruments,
  origin: TableOrigin,
  allocate?: Allocate,
): Buffer {
  const { committed: rows, messages } = table;
  const used = instruments.usedBy(table.instrument.subarray(0, messages));
  const names = table.nameEnd[rows - 1] ?? 0;
  const head = { kind: 'trades', ...origin, rows, messages, instruments: used };
  const columns = [
    ...[table.event, table.price, table.size, table.id, table.firstId, table.lastId].map((column) =>
      column.subarray(0, rows),
    ),
    table.received.subarray(0, messages),
    table.instrument.subarray(0, messages),
    table.count.subarray(0, messages),
    table.nameEnd.subarray(0, names === 0 ? 0 : rows),
    table.names.subarray(0, names),
    table.flags.subarray(0, rows),
  ];
  return encodeFrame(head, columns, allocate);
}

/** The committed messages of a table as a frame. */
export function booksFrame(
  table: BookTable,
  instruments: TableInstruments,
  origin: TableOrigin,
  allocate?: Allocate,
): Buffer {
  const { committed: rows, messages } = table;
  const used = instruments.usedBy(table.instrument.subarray(0, messages));
  const head = { kind: 'book_deltas', ...origin, rows, messages, instruments: used };
  const columns = [
    table.price.subarray(0, rows),
    table.size.subarray(0, rows),
    ...[table.event, table.firstSeq, table.lastSeq, table.prevSeq, table.crossSeq, table.received].map((column) =>
      column.subarray(0, messages),
    ),
    table.instrument.subarray(0, messages),
    table.count.subarray(0, messages),
    table.snapshot.subarray(0, messages),
    table.bid.subarray(0, rows),
  ];
  return encodeFrame(head, columns, allocate);
}

/** Trades read from a frame: the columns of a {@link TradeTable}. */
export function readTrades({ columns }: Frame) {
  const [event, price, size, id, firstId, lastId, received, instrument, count, nameEnd, names, flags] = columns;
  return {
    event: floats(event),
    price: floats(price),
    size: floats(size),
    id: floats(id),
    firstId: floats(firstId),
    lastId: floats(lastId),
    received: floats(received),
    instrument: words(instrument),
    count: words(count),
    /** Empty where no id is a text. */
    nameEnd: words(nameEnd),
    names: names ?? new Uint8Array(),
    flags: flags ?? new Uint8Array(),
  };
}

/** Book messages read from a frame: the columns of a {@link BookTable}. */
export function readBooks({ columns }: Frame) {
  const [price, size, event, firstSeq, lastSeq, prevSeq, crossSeq, received, instrument, count, snapshot, bid] =
    columns;
  return {
    price: floats(price),
    size: floats(size),
    event: floats(event),
    firstSeq: floats(firstSeq),
    lastSeq: floats(lastSeq),
    prevSeq: floats(prevSeq),
    crossSeq: floats(crossSeq),
    received: floats(received),
    instrument: words(instrument),
    count: words(count),
    snapshot: snapshot ?? new Uint8Array(),
    bid: bid ?? new Uint8Array(),
  };
}
