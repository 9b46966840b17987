import { type BookRow, bookAt, type KnownBook, type UnknownBook } from '@feedlake/exchanges';
import { minute } from '@feedlake/schema';
import { type BookSource, bookRows } from './book-source.ts';

/** A book is brought forward by so much at a time (µs), so that what is in memory does not grow with the distance. */
const stride = 10 * minute;
/** A whole book that was asked for bears a time that is out of order by less than this (µs). */
const outOfOrder = minute;

/** A book, and what the lake has right after it. */
export interface Advanced {
  readonly book: KnownBook | UnknownBook;
  /** Something that is numbered after it follows it, so that nothing is missing in between. */
  readonly isProven: boolean;
  /** The lake has rows of a later time. */
  readonly goesOn: boolean;
}

/**
 * Brings a whole book forward to a time by all changes since.
 * @param since Time of the whole book (µs).
 * @param at Microseconds, inclusive.
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function advance(source: BookSource, since: number, at: number): Promise<Advanced> {
  const { books } = source.adapter.streams;
  let carried: readonly BookRow[] = [];
  let from = since - outOfOrder;
  for (let to = since + stride; to <= at; to += stride) {
    const rows = [...carried, ...(await bookRows(source, from, to))];
    const book = bookAt(rows, to - 1, books);
    if (!book.known) return { book, isProven: false, goesOn: true };
    carried = carry(book, rows);
    from = to;
  }
  const rows = [...carried, ...(await bookRows(source, from, at + outOfOrder))];
  const later = rows.filter(({ ts_event }) => (ts_event ?? 0) > at);
  return {
    book: bookAt(rows, at, books),
    isProven: later.some(({ is_snapshot, last_seq }) => !is_snapshot && typeof last_seq === 'number'),
    goesOn: later.length > 0,
  };
}

/** A known book as rows that later changes can be joined to: a whole book, and the last message, which leads on from it. */
function carry({ bids, asks, lastSeq, changedAt }: KnownBook, rows: readonly BookRow[]): BookRow[] {
  const last = rows.filter((row) => !row.is_snapshot && lastSeq !== null && row.last_seq === lastSeq);
  const common = {
    ts_event: changedAt,
    first_seq: null,
    last_seq: lastSeq,
    prev_seq: null,
    cross_seq: last[0]?.cross_seq ?? rows.findLast((row) => row.last_seq === lastSeq)?.cross_seq ?? null,
    is_snapshot: true,
  };
  const levels: Pick<BookRow, 'side' | 'price' | 'size'>[] = [
    ...bids.map(([price, size]) => ({ side: 'bid', price, size })),
    ...asks.map(([price, size]) => ({ side: 'ask', price, size })),
  ];
  if (levels.length === 0) levels.push({ side: null, price: null, size: null });
  return [...levels.map((level, index) => ({ ...common, ...level, is_last: index === levels.length - 1 })), ...last];
}
