import type { BookSequencer, BookVerdict } from './sequencer.ts';

/** The sequence numbers of one message with changes. */
export interface Range {
  readonly first: number;
  readonly last: number;
  /** Last number of the message before; NaN where it is not told. */
  readonly previous: number;
}

/** How a venue's changes fit to a whole book that was asked for, and to each other. */
export interface JoinRule {
  /** Whether a whole book at this number has these changes. */
  isIn(range: Range, snapshot: number): boolean;
  /** Whether nothing is missing between a whole book at this number and these changes. */
  joins(range: Range, snapshot: number): boolean;
  /** Whether nothing is missing between a message that ended at `last` and this one. */
  follows(range: Range, last: number): boolean;
}

/** So many waiting messages are remembered; at ten a second that is more than ten minutes. */
const mostWaiting = 8192;

/**
 * For venues whose stream has changes alone: the whole book is asked for meanwhile, and may be older or newer than
 * what the stream has brought. While there is none, the numbers of an unbroken row of messages are remembered, so that
 * one that arrives late is joined to them.
 */
export class JoinedSequencer implements BookSequencer {
  readonly #rule: JoinRule;
  /** Messages since the last break that no snapshot has been joined to. Empty while the book is live. */
  #waiting: Range[] = [];
  /** Number of the whole book that the next changes have to join; NaN = none. */
  #snapshot = Number.NaN;
  /** End of the last message that was applied; NaN = none since the snapshot. */
  #last = Number.NaN;

  constructor(rule: JoinRule) {
    this.#rule = rule;
  }

  get isLive(): boolean {
    return !Number.isNaN(this.#snapshot) || !Number.isNaN(this.#last);
  }

  delta(firstSeq: number, lastSeq: number, prevSeq: number, _crossSeq: number): BookVerdict {
    const range = { first: firstSeq, last: lastSeq, previous: prevSeq };
    if (!Number.isNaN(this.#last)) {
      if (lastSeq <= this.#last) return 'stale';
      if (!this.#rule.follows(range, this.#last)) return this.#lose(range);
    } else if (!Number.isNaN(this.#snapshot)) {
      if (this.#rule.isIn(range, this.#snapshot)) return 'stale';
      if (!this.#rule.joins(range, this.#snapshot)) return this.#lose(range);
    } else {
      return this.#wait(range);
    }
    this.#last = lastSeq;
    return 'applied';
  }

  snapshot(lastSeq: number, _crossSeq: number): BookVerdict {
    if (Number.isNaN(lastSeq)) return 'gap';
    if (this.isLive) {
      const known = Number.isNaN(this.#last) ? this.#snapshot : this.#last;
      if (lastSeq <= known) return 'stale';
      return this.#join(lastSeq, Number.NaN);
    }
    const next = this.#waiting.find((range) => !this.#rule.isIn(range, lastSeq));
    if (next === undefined) return this.#join(lastSeq, Number.NaN);
    if (!this.#rule.joins(next, lastSeq)) return 'gap';
    return this.#join(lastSeq, this.#waiting.at(-1)?.last ?? Number.NaN);
  }

  reset(): void {
    this.#waiting = [];
    this.#snapshot = Number.NaN;
    this.#last = Number.NaN;
  }

  #join(snapshot: number, last: number): BookVerdict {
    this.#waiting = [];
    this.#snapshot = snapshot;
    this.#last = last;
    return 'applied';
  }

  /** The book is lost. What comes from here on may be joined by a later snapshot. */
  #lose(range: Range): BookVerdict {
    this.reset();
    this.#waiting = [range];
    return 'gap';
  }

  #wait(range: Range): BookVerdict {
    const last = this.#waiting.at(-1)?.last;
    if (last !== undefined) {
      if (range.last <= last) return 'stale';
      // Before a break nothing can be joined that leads to here.
      if (!this.#rule.follows(range, last)) this.#waiting = [];
    }
    this.#waiting.push(range);
    if (this.#waiting.length > mostWaiting) this.#waiting = this.#waiting.slice(mostWaiting / 2);
    return 'waiting';
  }
}
