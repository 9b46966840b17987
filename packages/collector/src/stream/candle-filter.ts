import type { Row } from '@feedlake/schema';

type Candle = Row<'candles'>;

/**
 * Venues send a candle again with each change. Its last state is the one to keep: when it is closed, or when the next one
 * begins. A venue that never says that a candle is closed has closed it by beginning the next, unless something was
 * missed in between.
 */
export class CandleFilter {
  readonly #open = new Map<number, Candle>();
  /** Open time of the last candle that was let through, by width. */
  readonly #done = new Map<number, number>();
  /** Widths of which states of the open candle may not have come. */
  readonly #missed = new Set<number>();

  /** Some states may not have come: those before the next one. */
  interrupted(): void {
    for (const width of this.#open.keys()) this.#missed.add(width);
  }

  /** Takes a state of a candle, and gives those that are final now. */
  take(candle: Candle): Candle[] {
    const { interval_seconds: width, open_time: open, closed } = candle;
    if (open <= (this.#done.get(width) ?? Number.NEGATIVE_INFINITY)) return [];
    const before = this.#open.get(width);
    const final: Candle[] = [];
    if (before !== undefined && before.open_time < open) final.push({ ...before, closed: !this.#missed.has(width) });
    // One that was polled may close after the next has begun.
    if (before === undefined || before.open_time <= open) {
      this.#missed.delete(width);
      if (closed) this.#open.delete(width);
      else this.#open.set(width, candle);
    }
    if (closed) final.push(candle);
    const last = final.at(-1);
    if (last !== undefined) this.#done.set(width, last.open_time);
    return final;
  }
}
