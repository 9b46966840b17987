import type { DatasetName, Row } from '@feedlake/schema';
import { LedgerEntry, type LedgerKey } from './ledger-entry.ts';

/** Until when a writer had a feed before, and what ended it. */
export interface EarlierEnd {
  readonly until: number;
  readonly cause: 'shutdown' | 'crash';
}

export interface LedgerOptions {
  readonly writer: string;
  /** The time now, in microseconds. */
  readonly now: () => number;
  /** Takes the coverage rows. */
  readonly emit: (row: Row<'coverage'>) => void;
  /** Told of every gap that begins, for those who watch. */
  readonly onGap?: (entry: LedgerEntry, cause: string) => void;
}

/**
 * Accounts for every moment of every feed: from the time that its data is owed, a moment is covered or in a gap with its
 * cause. Times are those of receipt, in microseconds. The ledger turns into coverage rows as stretches end, and at
 * every {@link cut}.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #entries = new Map<string, LedgerEntry>();
  #stamp = 0;
  #changed = false;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  get entries(): IterableIterator<LedgerEntry> {
    return this.#entries.values();
  }

  /** Whether a gap began or ended since this was last asked. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** The entry of a feed, a new one where it has none yet. */
  entry(key: LedgerKey): LedgerEntry {
    const text = JSON.stringify([key.exchange, key.dataset, key.symbol]);
    const known = this.#entries.get(text);
    if (known !== undefined) return known;
    const entry = new LedgerEntry(key);
    this.#entries.set(text, entry);
    return entry;
  }

  /** A part of an entry (a topic, a book) is owed from here on, and nothing of it has come yet. */
  owed(entry: LedgerEntry, part: string, at: number): void {
    if (entry.gaps.has(part)) return;
    this.#end(entry, at);
    entry.owedFrom = Math.min(entry.owedFrom ?? at, at);
    entry.gaps.set(part, { from: at, cause: 'start' });
    this.#changed = true;
  }

  /** Nothing of a part is owed any more. */
  dismissed(entry: LedgerEntry, part: string, at: number): void {
    const gap = entry.gaps.get(part);
    if (gap !== undefined) {
      this.#gap(entry, gap.from, at, gap.cause, part);
      entry.gaps.delete(part);
    }
    this.#end(entry, at);
    this.#changed = true;
  }

  /** A part is missing from a time on, which may lie behind. */
  interrupted(entry: LedgerEntry, part: string, from: number, cause: string): void {
    const open = entry.gaps.get(part);
    if (open !== undefined) {
      const plainer = isVague(open.cause) ? cause : open.cause;
      entry.gaps.set(part, { from: Math.min(open.from, from), cause: plainer });
      return;
    }
    this.#end(entry, from);
    entry.gaps.set(part, { from, cause });
    this.#changed = true;
    this.#options.onGap?.(entry, cause);
  }

  /** A part is there again, from a time on. */
  resumed(entry: LedgerEntry, part: string, to: number, sequence: SequenceHole | null = null): void {
    const gap = entry.gaps.get(part);
    if (gap === undefined) return;
    entry.gaps.delete(part);
    this.#gap(entry, gap.from, to, gap.cause, part, sequence);
    if (entry.gaps.size === 0) entry.begin(to);
    this.#changed = true;
  }

  /** Something between two messages is missing, by its numbers. */
  hole(entry: LedgerEntry, part: string, from: number, to: number, cause: string, sequence: SequenceHole): void {
    const flows = entry.from !== null;
    this.#end(entry, from);
    this.#gap(entry, from, to, cause, part, sequence);
    if (flows) entry.begin(to);
    this.#options.onGap?.(entry, cause);
  }

  /** What was told to be a gap turns out to be whole. */
  repaired(entry: LedgerEntry, from: number, to: number, by: string): void {
    if (to > from) this.#emit(entry, { from_time: from, to_time: to, state: 'covered', repaired_by: by });
  }

  /** A feed of an earlier run of this writer ended, and is owed again since. */
  downtime(entry: LedgerEntry, { until, cause }: EarlierEnd): void {
    const to = entry.owedFrom;
    if (to !== null && to > until) this.#gap(entry, until, to, cause, null);
  }

  /** Tells what is known now: covered stretches until their last proof, gaps until now. They go on from there. */
  cut(): void {
    const at = this.#options.now();
    for (const entry of this.#entries.values()) {
      if (this.#covered(entry, entry.until)) entry.begin(entry.until);
      for (const [part, gap] of entry.gaps) {
        this.#gap(entry, gap.from, at, gap.cause, part);
        entry.gaps.set(part, { from: at, cause: gap.cause });
      }
    }
  }

  /** An entry is kept another way from here on. */
  turn(entry: LedgerEntry, kind: LedgerEntry['kind']): void {
    if (entry.kind === kind) return;
    if (this.#covered(entry, entry.until)) entry.begin(entry.until);
    entry.kind = kind;
    this.#changed = true;
  }

  /** What has come until now is about to be brought to disk. */
  mark(): void {
    for (const entry of this.#entries.values()) {
      entry.markedUntil = entry.until;
      entry.markedRows = entry.rows;
    }
  }

  /** What had come until the last {@link mark} is on disk. */
  synced(): void {
    for (const entry of this.#entries.values()) {
      entry.syncedUntil = entry.markedUntil;
      entry.syncedRows = entry.markedRows;
    }
  }

  /** What has come since it was last on disk is lost. */
  lost(cause: string): void {
    for (const entry of this.#entries.values()) {
      if (entry.from === null || entry.until <= entry.syncedUntil) continue;
      entry.rows = entry.syncedRows;
      this.interrupted(entry, 'spool', entry.syncedUntil, cause);
    }
  }

  /** Ends the covered stretch of an entry. */
  #end(entry: LedgerEntry, at: number): void {
    if (entry.from === null) return;
    this.#covered(entry, at);
    entry.from = null;
  }

  /** @returns whether there was anything to tell. */
  #covered(entry: LedgerEntry, until: number): boolean {
    if (entry.from === null || until <= entry.from) return false;
    this.#emit(entry, {
      from_time: entry.from,
      to_time: until,
      state: 'covered',
      rows: entry.rows,
      first_seq: numberOrNull(entry.firstSeq),
      last_seq: numberOrNull(entry.lastSeq),
      detail: entry.kind,
    });
    return true;
  }

  #gap(
    entry: LedgerEntry,
    from: number,
    to: number,
    cause: string,
    part: string | null,
    sequence: SequenceHole | null = null,
  ): void {
    if (to <= from && sequence === null) return;
    this.#emit(entry, {
      from_time: from,
      to_time: to,
      state: 'gap',
      cause,
      first_seq: sequence?.first ?? null,
      last_seq: sequence?.last ?? null,
      detail: part === null ? entry.kind : `${entry.kind} ${part}`,
    });
  }

  #emit(entry: LedgerEntry, values: Partial<Row<'coverage'>> & { from_time: number; to_time: number; state: string }) {
    // The latest word counts, so no two words have the same time.
    this.#stamp = Math.max(this.#options.now(), this.#stamp + 1);
    const { exchange, dataset, symbol, venueSymbol } = entry.key;
    this.#options.emit({
      exchange,
      symbol,
      venue_symbol: venueSymbol,
      ts_event: values.from_time,
      ts_recv: this.#stamp,
      source: entry.source,
      dataset: dataset satisfies DatasetName,
      writer: this.#options.writer,
      detail: entry.kind,
      ...values,
    });
  }
}

/** Numbers that are missing, inclusive. */
export interface SequenceHole {
  readonly first: number | null;
  readonly last: number | null;
}

/** Causes that say little: a plainer one takes their place. */
function isVague(cause: string): boolean {
  return cause === 'start' || cause === 'disconnect' || cause === 'resubscribe';
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
