import type { BookSequencer, BookVerdict } from '../book/sequencer.ts';

/**
 * `orderbook` ("Orderbook"): the stream begins with a snapshot, and may send another one at any time, which replaces
 * the book. Changes count `u` up one by one; `u` = 1 is a snapshot after the venue's service was restarted. `seq` is
 * shared by all depths and never goes back.
 */
export class BybitSequencer implements BookSequencer {
  #last = Number.NaN;
  #cross = Number.NaN;

  get isLive(): boolean {
    return !Number.isNaN(this.#last);
  }

  delta(_firstSeq: number, lastSeq: number, _prevSeq: number, crossSeq: number): BookVerdict {
    if (lastSeq === 1) return this.snapshot(lastSeq, crossSeq);
    if (!this.isLive) return 'waiting';
    const goesBack = crossSeq < this.#cross;
    if (lastSeq <= this.#last && (goesBack || crossSeq === this.#cross || Number.isNaN(crossSeq))) return 'stale';
    if (lastSeq !== this.#last + 1 || goesBack) {
      this.reset();
      return 'gap';
    }
    this.#last = lastSeq;
    if (!Number.isNaN(crossSeq)) this.#cross = crossSeq;
    return 'applied';
  }

  snapshot(lastSeq: number, crossSeq: number): BookVerdict {
    if (Number.isNaN(lastSeq)) return 'gap';
    this.#last = lastSeq;
    this.#cross = crossSeq;
    return 'applied';
  }

  reset(): void {
    this.#last = Number.NaN;
    this.#cross = Number.NaN;
  }
}
