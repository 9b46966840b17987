import type { AnyRow } from '@feedlake/schema';

/** A row with its time in microseconds: `ts_event`, or `ts_recv` where that is null. */
export interface TimedRow {
  readonly time: number;
  readonly row: AnyRow;
}

/** Rows in ascending order of their time, read piece by piece. */
export class Source {
  readonly #pieces: AsyncGenerator<TimedRow[]>;
  #rows: readonly TimedRow[] = [];
  #at = 0;

  constructor(pieces: AsyncGenerator<TimedRow[]>) {
    this.#pieces = pieces;
  }

  /** The row that is next; undefined where the next piece has to be read first. */
  get head(): TimedRow | undefined {
    return this.#rows[this.#at];
  }

  /** Goes on to the next row. */
  advance(): void {
    this.#at += 1;
  }

  /** Sees to it that there is a head. @returns false at the end. */
  async fill(): Promise<boolean> {
    while (this.head === undefined) {
      const { done, value } = await this.#pieces.next();
      if (done === true) {
        this.#rows = [];
        return false;
      }
      this.#rows = value;
      this.#at = 0;
    }
    return true;
  }
}
