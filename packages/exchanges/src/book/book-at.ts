import type { BookKeeping } from '../stream/streams.ts';
import { type BookMessage, type BookRow, bookMessages } from './book-message.ts';
import type { BookLevel } from './book-side.ts';
import { OrderBook } from './order-book.ts';

/** An order book at a moment. */
export interface KnownBook {
  readonly known: true;
  /** Best first. */
  readonly bids: readonly BookLevel[];
  /** Best first. */
  readonly asks: readonly BookLevel[];
  /** The sequence number that it stands at; null where the venue has none. */
  readonly lastSeq: number | null;
  /** Time of the last change, in microseconds. */
  readonly changedAt: number | null;
}

/** A moment at which messages are missing. */
export interface UnknownBook {
  readonly known: false;
  /** Time of the last message before the gap, in microseconds; null where there is no book before it. */
  readonly from: number | null;
  /** Time of the next snapshot, in microseconds; null where there is none. */
  readonly until: number | null;
}

/**
 * The order book of an instrument at a time, by its `book_deltas` rows and the venue's own rule.
 *
 * The rows of a message stand side by side, and messages in the order of `ts_event`, then `last_seq`, as the lake has
 * them; in which order they arrived is of no account. A book whose sequence is whole up to the last row is taken to be
 * known from then on: whether anything was received after it, `coverage` tells. So it does for venues that number
 * nothing.
 *
 * @param time Microseconds, inclusive.
 * @param books The venue's, {@link Streams.books}.
 */
export function bookAt(
  rows: Iterable<BookRow>,
  time: number,
  books: Pick<BookKeeping, 'order' | 'sequencer'>,
): KnownBook | UnknownBook {
  const messages = inOrder(bookMessages(rows), books.order);
  const end = messages.findLastIndex((message) => message.time <= time);
  const start = messages.findLastIndex((message, index) => index <= end && message.isSnapshot);
  const book = new OrderBook(books.sequencer());
  const isWhole = start >= 0 && messages.slice(start, end + 1).every((message) => book.apply(message) !== 'gap');
  const { changedAt, lastSeq, bids, asks } = book;
  if (isWhole && (time === changedAt || goesOn(book, messages.slice(end + 1), books.order))) {
    return { known: true, bids, asks, lastSeq, changedAt };
  }
  const next = messages.find((message, index) => index > end && message.isSnapshot);
  return { known: false, from: changedAt, until: next === undefined || Number.isNaN(next.time) ? null : next.time };
}

/**
 * Messages in the order of their sequence. A whole book that was asked for bears the time of its making, which may lie
 * before changes that it has already, or after some that it has not: there the numbers decide, and it comes before
 * changes of the same number.
 */
function inOrder(messages: BookMessage[], order: BookKeeping['order']): BookMessage[] {
  if (order === 'time') return messages;
  return messages.sort((a, b) => a.lastSeq - b.lastSeq || Number(b.isSnapshot) - Number(a.isSnapshot));
}

/**
 * Whether the next change follows, so that nothing is missing between the book and it. A whole book that was asked for
 * is newer than changes that were never seen, unless one after it follows all the same.
 */
function goesOn(book: OrderBook, later: readonly BookMessage[], order: BookKeeping['order']): boolean {
  let isBehind = false;
  for (const message of later) {
    if (message.isSnapshot && (order === 'sequence' || Number.isNaN(message.lastSeq))) {
      isBehind ||= message.lastSeq > (book.lastSeq ?? Number.NaN);
      continue;
    }
    const verdict = book.judge({ ...message, isSnapshot: false });
    if (verdict !== 'stale') return verdict === 'applied';
  }
  return !isBehind;
}
