import { setTimeout } from 'node:timers/promises';

/**
 * So long (ms) a compaction waits between publishing what it wrote and removing what that replaces. Whoever lists a date
 * in less time, whatever the order of a listing, sees the one, or the other, or both.
 */
export const removalDelayMs = 10_000;
/** A listing that took longer than this (ms) can't be relied on. */
export const longestListingMs = removalDelayMs / 2;

interface Removal {
  /** Not before (`performance.now`). */
  readonly due: number;
  readonly remove: () => Promise<void>;
}

/** Removals that wait for their time while other work goes on. */
export class Removals {
  readonly #delayMs: number;
  readonly #waiting: Removal[] = [];

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Adds one, to be done after the delay. */
  add(remove: () => Promise<void>): void {
    this.#waiting.push({ due: performance.now() + this.#delayMs, remove });
  }

  /** Does those whose time has come. */
  async doDue(): Promise<void> {
    for (let [next] = this.#waiting; next !== undefined && next.due <= performance.now(); [next] = this.#waiting) {
      this.#waiting.shift();
      await next.remove();
    }
  }

  /**
   * Does all of them, each at its time.
   * @throws the signal's reason; the next compaction does the rest.
   */
  async doAll(signal: AbortSignal | undefined): Promise<void> {
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      signal?.throwIfAborted();
      const left = next.due - performance.now();
      if (left > 0) await setTimeout(left, undefined, signal === undefined ? {} : { signal });
      this.#waiting.shift();
      await next.remove();
    }
  }
}
