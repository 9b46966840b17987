import type { BookSequencer, BookVerdict, ScanBook } from '@feedlake/exchanges';
import type { BookTable, HotTable } from '@feedlake/lake';
import type { AnyRow } from '@feedlake/schema';
import type { Intake, IntakeTarget } from './intake.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerEntry } from './ledger-entry.ts';

export interface BookIntakeOptions {
  readonly entry: LedgerEntry;
  readonly ledger: Ledger;
  readonly target: IntakeTarget;
  readonly sequencer: BookSequencer;
  /** Absent: all messages go through the mapper. */
  readonly scan?: ScanBook | undefined;
  /** Columns for what a connection of this source brings. */
  readonly table: (source: string) => HotTable<BookTable>;
  /** The stream begins with a whole book, so that none has to be asked for at its start. */
  readonly startsWhole: boolean;
  /** A whole book is needed. */
  readonly onLost: () => void;
}

/** The part of a book's entry that stands for its being whole. */
export const bookPart = 'book';

/**
 * Takes the book of one instrument. A moment counts as covered while the book can be rebuilt from what was recorded: from
 * the snapshot that changes were joined to, until something is missing.
 */
export class BookIntake implements Intake {
  readonly entry: LedgerEntry;
  readonly #options: BookIntakeOptions;
  readonly #symbol: Buffer;
  #hot: { readonly table: BookTable; readonly source: string; readonly number: number } | null = null;
  /** Time of the newest message (µs), for venues without numbers. */
  #newest = Number.NEGATIVE_INFINITY;
  #numbered = false;
  /** When the last message was received (µs). */
  #lastReceived = 0;

  constructor(options: BookIntakeOptions) {
    this.entry = options.entry;
    this.#options = options;
    this.#symbol = Buffer.from(options.entry.key.venueSymbol ?? '');
  }

  get isScanned(): boolean {
    return this.#options.scan !== undefined;
  }

  scan(data: Buffer, received: number, source: string): boolean {
    const { scan } = this.#options;
    if (scan === undefined) return false;
    const { table, number } = this.#columns(source);
    // A message without levels has no place in the columns, and is one row by the mapper.
    if (!scan(data, this.#symbol, table) || table.rows === table.committed) {
      table.drop();
      return false;
    }
    const at = table.messages;
    const verdict = this.#verdict(
      table.event[at] ?? Number.NaN,
      table.firstSeq[at] ?? Number.NaN,
      table.lastSeq[at] ?? Number.NaN,
      table.prevSeq[at] ?? Number.NaN,
      table.crossSeq[at] ?? Number.NaN,
      table.snapshot[at] === 1,
    );
    const rows = table.rows - table.committed;
    if (verdict === 'stale') table.drop();
    this.#take(verdict, received, verdict === 'stale' ? 0 : rows, table.lastSeq[at] ?? Number.NaN);
    table.commit(number, received);
    return true;
  }

  rows(rows: readonly AnyRow[], received: number): number {
    const [first] = rows;
    if (first === undefined) return 0;
    const { target } = this.#options;
    const verdict = this.#verdict(
      numberOf(first.ts_event),
      numberOf(first.first_seq),
      numberOf(first.last_seq),
      numberOf(first.prev_seq),
      numberOf(first.cross_seq),
      first.is_snapshot === true,
    );
    if (verdict !== 'stale') for (const row of rows) target.record('book_deltas', row);
    const recorded = verdict === 'stale' ? 0 : rows.length;
    this.#take(verdict, received, recorded, numberOf(first.last_seq));
    return recorded;
  }

  /** Takes a whole book that was asked for. Gives false when it is too old to be of use: another one is needed. */
  snapshot(rows: readonly AnyRow[], received: number): boolean {
    const [first] = rows;
    if (first === undefined) return false;
    const { sequencer, target } = this.#options;
    const verdict = sequencer.snapshot(numberOf(first.last_seq), numberOf(first.cross_seq));
    if (verdict === 'gap') return false;
    if (verdict !== 'stale') for (const row of rows) target.record('book_deltas', row);
    this.#take(verdict, received, verdict === 'stale' ? 0 : rows.length, numberOf(first.last_seq));
    return true;
  }

  /** Whether the venue numbers its messages. */
  get isNumbered(): boolean {
    return this.#numbered;
  }

  get isLive(): boolean {
    return this.#options.sequencer.isLive;
  }

  interrupted(cause: string): void {
    const { ledger, sequencer } = this.#options;
    if (sequencer.isLive) ledger.interrupted(this.entry, bookPart, this.entry.until, cause);
    sequencer.reset();
  }

  resumed(): void {
    if (!this.#options.startsWhole) this.restore();
  }

  /** Takes a whole book that was polled: one moment of it, which nothing joins to another. */
  polled(rows: readonly AnyRow[], received: number): void {
    const event = numberOf(rows[0]?.ts_event);
    if (event <= this.#newest) return;
    this.#newest = Number.isNaN(event) ? this.#newest : event;
    for (const row of rows) this.#options.target.record('book_deltas', row);
    this.entry.message(received, rows.length, Number.NaN, Number.NaN);
  }

  /** Asks for a whole book where there is none. */
  restore(): void {
    if (!this.isLive) this.#options.onLost();
  }

  remember(row: AnyRow): void {
    if (typeof row.ts_event === 'number') this.#newest = Math.max(this.#newest, row.ts_event);
  }

  #verdict(
    event: number,
    first: number,
    last: number,
    previous: number,
    cross: number,
    isSnapshot: boolean,
  ): BookVerdict {
    const { sequencer } = this.#options;
    if (Number.isNaN(last)) {
      // Nothing but its time tells a message that has come before.
      if (event <= this.#newest) return 'stale';
      this.#newest = event;
    } else this.#numbered = true;
    return isSnapshot ? sequencer.snapshot(last, cross) : sequencer.delta(first, last, previous, cross);
  }

  #take(verdict: BookVerdict, received: number, rows: number, last: number): void {
    const { ledger, sequencer, onLost } = this.#options;
    const { entry } = this;
    if (verdict === 'gap') {
      ledger.interrupted(entry, bookPart, this.#lastReceived, 'sequence');
      onLost();
    }
    this.#lastReceived = received;
    entry.message(received, rows, last, last);
    if (sequencer.isLive && entry.gaps.has(bookPart)) ledger.resumed(entry, bookPart, received);
  }

  #columns(source: string) {
    if (this.#hot === null || this.#hot.source !== source) {
      const { symbol, venueSymbol } = this.entry.key;
      const { table, instruments } = this.#options.table(source);
      this.#hot = { table, source, number: instruments.numberOf(symbol ?? '', venueSymbol ?? '') };
    }
    return this.#hot;
  }
}

function numberOf(value: AnyRow[string]): number {
  return typeof value === 'number' ? value : Number.NaN;
}
