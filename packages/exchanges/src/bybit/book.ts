import { mapBook } from '../book.ts';
import { levelsOf } from '../levels.ts';
import type { Mapping } from '../mapping.ts';
import { integerOf, type JsonObject, msTime } from '../value.ts';

/**
 * An order book from REST or from a stream: `{s, b, a, u, seq}`. The time is that of the matching engine (`cts`), else
 * `sent`, in microseconds. In books with retail orders (`rpi`) each level has two sizes: the first of them is that of
 * the ordinary book, and the one stored.
 */
export function mapOrderBook(
  book: JsonObject,
  cts: unknown,
  sent: number | null,
  isSnapshot: boolean,
  mapping: Mapping,
): void {
  const bids = levelsOf(book.b);
  const asks = levelsOf(book.a);
  if (bids === null || asks === null) {
    mapping.reject(`book_deltas of ${book.s}: bids or asks are missing`);
    return;
  }
  mapBook(mapping, book.s, msTime(cts) ?? sent, {
    bids,
    asks,
    isSnapshot,
    sequence: { last_seq: integerOf(book.u), cross_seq: integerOf(book.seq) },
  });
}
