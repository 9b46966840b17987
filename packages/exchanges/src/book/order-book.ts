import type { BookMessage } from './book-message.ts';
import { type BookLevel, BookSide } from './book-side.ts';
import type { BookSequencer, BookVerdict } from './sequencer.ts';

/** Rebuilds a book from its messages, which come in the order of their sequence, with exact decimals. */
export class OrderBook {
  readonly #sequencer: BookSequencer;
  readonly #bids = new BookSide();
  readonly #asks = new BookSide();
  #changedAt: number | null = null;
  #lastSeq: number | null = null;

  constructor(sequencer: BookSequencer) {
    this.#sequencer = sequencer;
  }

  /** Whether it is complete; where it is not, its levels are those from before the gap. */
  get isLive(): boolean {
    return this.#sequencer.isLive;
  }

  /** Best first. */
  get bids(): BookLevel[] {
    return this.#bids.levels('down');
  }

  /** Best first. */
  get asks(): BookLevel[] {
    return this.#asks.levels('up');
  }

  /** Time of the last message that it has, in microseconds; null where there is none. */
  get changedAt(): number | null {
    return this.#changedAt;
  }

  /** The sequence number that it stands at; null where there is none. */
  get lastSeq(): number | null {
    return this.#lastSeq;
  }

  /** @returns what the message did; the book has changed only where it was `applied`. */
  apply(message: BookMessage): BookVerdict {
    const verdict = this.judge(message);
    if (verdict !== 'applied') return verdict;
    if (message.isSnapshot) {
      this.#bids.clear();
      this.#asks.clear();
    }
    for (const { side, price, size } of message.rows) {
      if (typeof price !== 'string' || typeof size !== 'string') continue;
      (side === 'bid' ? this.#bids : this.#asks).set(price, size);
    }
    this.#changedAt = Number.isNaN(message.time) ? null : message.time;
    this.#lastSeq = Number.isNaN(message.lastSeq) ? null : message.lastSeq;
    return verdict;
  }

  /** Follows the sequence alone, for what comes after the book that is wanted. */
  judge({ isSnapshot, firstSeq, lastSeq, prevSeq, crossSeq }: BookMessage): BookVerdict {
    return isSnapshot
      ? this.#sequencer.snapshot(lastSeq, crossSeq)
      : this.#sequencer.delta(firstSeq, lastSeq, prevSeq, crossSeq);
  }
}
