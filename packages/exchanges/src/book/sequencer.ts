/**
 * What a message does to a book that is being kept:
 * - `applied`: it continues the book.
 * - `stale`: the book has it already; it changes nothing.
 * - `waiting`: there is no book to apply it to yet; it counts once a snapshot has come that it fits.
 * - `gap`: something is missing before it. The book is lost until the next snapshot that deltas join.
 */
export type BookVerdict = 'applied' | 'stale' | 'waiting' | 'gap';

/**
 * Follows the sequence numbers of one instrument's book messages. It keeps no levels. Numbers that a venue does not
 * tell are NaN.
 */
export interface BookSequencer {
  /** Whether the book is complete: a snapshot was joined, and nothing has been missed since. */
  readonly isLive: boolean;
  /** A message with changes. */
  delta(firstSeq: number, lastSeq: number, prevSeq: number, crossSeq: number): BookVerdict;
  /**
   * A whole book, from the stream or asked for. `gap`: it is older than what has come since, so that another one is
   * needed.
   */
  snapshot(lastSeq: number, crossSeq: number): BookVerdict;
  /** The connection changed: nothing that comes now is known to follow what came before. */
  reset(): void;
}
