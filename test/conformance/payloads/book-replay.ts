import type { TaggedRow } from '@feedlake/collector';
import type { BookKeeping, BookLevel, BookRow } from '@feedlake/exchanges';
import { bookMessages } from '../../../packages/exchanges/src/book/book-message.ts';
import { OrderBook } from '../../../packages/exchanges/src/book/order-book.ts';

/** A book that was rebuilt, and what became of the messages with changes. */
export interface ReplayedBook {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  readonly dropped: number;
  readonly applied: number;
  readonly lastSeq: number | null;
}

/**
 * Replays the rows of messages over those of a snapshot, by the venue's rule.
 * @throws Error when a message does not follow the one before.
 */
export function replayBook(
  books: BookKeeping,
  snapshot: readonly TaggedRow[],
  changes: readonly TaggedRow[],
): ReplayedBook {
  const book = new OrderBook(books.sequencer());
  const counts = { applied: 0, stale: 0 };
  for (const message of [...bookMessages(levels(snapshot)), ...bookMessages(levels(changes))]) {
    const verdict = book.apply(message);
    if (verdict === 'gap' || verdict === 'waiting') throw new Error(`message ${message.lastSeq}: ${verdict}`);
    if (!message.isSnapshot) counts[verdict]++;
  }
  const { bids, asks, lastSeq } = book;
  return { bids, asks, dropped: counts.stale, applied: counts.applied, lastSeq };
}

/** The rows of books among rows of any dataset. */
export function levels(rows: readonly TaggedRow[]): BookRow[] {
  return rows.flatMap((tagged) => (tagged.dataset === 'book_deltas' ? [tagged.row] : []));
}
