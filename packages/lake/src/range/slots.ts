import { type AnyRow, minute } from '@feedlake/schema';

/** Keys of rows without a time of their own in a range of time (µs), `to` exclusive. */
export type LookBack = (from: number, to: number) => Promise<readonly string[]>;

/** A row may be received somewhat before its slot, where a clock is set back. */
const margin = minute;
const mostKeys = 200_000;

/**
 * Recognises rows that were polled more than once for one slot of a schedule and have no time of their own: the time of
 * receipt tells them apart in the order of time, and the first is the fact. All of them were received after their slot, so
 * that is how far back has to be looked for another one.
 */
export class Slots {
  readonly #lookBack: LookBack;
  readonly #known = new Set<string>();
  /** Everything from here to the present row is known. */
  #since: number;

  /** @param start The time of the first row that will come, in microseconds. */
  constructor(start: number, lookBack: LookBack) {
    this.#since = start;
    this.#lookBack = lookBack;
  }

  /**
   * Whether the fact of a row came before; from now on it did.
   * @param scheduled Its slot, and `time` that of the row, in microseconds.
   * @param key The text of its key.
   */
  async isKnown(scheduled: number, key: string, time: number): Promise<boolean> {
    if (this.#known.size >= mostKeys) {
      this.#known.clear();
      this.#since = time;
    }
    const earliest = scheduled - margin;
    if (earliest < this.#since) {
      for (const one of await this.#lookBack(earliest, this.#since)) this.#known.add(one);
      this.#since = earliest;
    }
    if (this.#known.has(key)) return true;
    this.#known.add(key);
    return false;
  }
}

/** Whether a row was polled for a slot and has no time of its own. */
export function isPolled(row: AnyRow): row is AnyRow & { scheduled_time: number } {
  return typeof row.scheduled_time === 'number' && typeof row.ts_event !== 'number';
}
