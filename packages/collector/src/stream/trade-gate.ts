import type { Ledger, SequenceHole } from './ledger.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { RecentIds } from './recent-ids.ts';

/** Numbers of a hole that are still waited for, at most; of larger holes none. */
const mostMissing = 1_000;
const digits = /^(?:0|[1-9]\d{0,15})$/;

/**
 * Lets each trade of an instrument through once, and finds holes in their numbers. Where a venue numbers its trades one
 * by one, a number that is left out is a gap until it comes after all; elsewhere ids are only remembered.
 */
export class TradeGate {
  readonly #ledger: Ledger;
  readonly #entry: LedgerEntry;
  readonly #consecutive: boolean;
  readonly #recent = new RecentIds();
  #last = Number.NaN;
  /** When the newest one was received (µs): the ledger may know of later evidence, but not that no number was left out. */
  #lastReceived = 0;
  /** Numbers that were left out, with the gap that they made. */
  readonly #missing = new Map<number, Hole>();
  /** The last interruption, until the first number after it tells whether anything was missed. */
  #interruption: { readonly from: number; readonly to: number; readonly cause: string } | null = null;

  constructor(ledger: Ledger, entry: LedgerEntry, consecutive: boolean) {
    this.#ledger = ledger;
    this.#entry = entry;
    this.#consecutive = consecutive;
  }

  /** The number of the newest trade; NaN = none, or not numbered. */
  get last(): number {
    return this.#last;
  }

  /** Whether no trade has come yet. */
  get isEmpty(): boolean {
    return this.#consecutive ? Number.isNaN(this.#last) : this.#recent.isEmpty;
  }

  /** Whether a trade is remembered, where they are not numbered. */
  has(id: string): boolean {
    return this.#recent.has(keyOf(id));
  }

  /** Data was missing for a while, and flows again. */
  interrupted(from: number, to: number, cause: string): void {
    this.#interruption = { from, to, cause };
  }

  /** A trade from before is in the lake already. */
  remember(id: string, at: number): void {
    if (!this.#consecutive) this.#recent.add(keyOf(id), at);
    else if (isNumber(id)) {
      this.#last = Math.max(Number.isNaN(this.#last) ? 0 : this.#last, Number(id));
      this.#lastReceived = Math.max(this.#lastReceived, at);
    }
  }

  /** Whether a trade with a text as id is new. */
  admits(id: string, received: number): boolean {
    if (isNumber(id)) return this.admitsNumber(Number(id), received);
    return this.#recent.add(id, received);
  }

  /** Whether a trade with a number as id is new. Holes are told to the ledger. `received` in microseconds. */
  admitsNumber(id: number, received: number): boolean {
    if (!this.#consecutive) return this.#recent.add(id, received);
    if (id === this.#last + 1) {
      this.#last = id;
      this.#lastReceived = received;
      if (this.#interruption !== null) this.#seamless();
      return true;
    }
    if (Number.isNaN(this.#last)) {
      this.#last = id;
      this.#lastReceived = received;
      this.#interruption = null;
      return true;
    }
    if (id > this.#last) {
      this.#leftOut({ first: this.#last + 1, last: id - 1 }, received);
      this.#last = id;
      this.#lastReceived = received;
      return true;
    }
    return this.#late(id);
  }

  /** Nothing was missed while the connection was gone. */
  #seamless(): void {
    if (this.#interruption === null) return;
    const { from, to } = this.#interruption;
    this.#interruption = null;
    this.#ledger.repaired(this.#entry, from, to, 'sequence');
  }

  #leftOut(sequence: SequenceHole & { first: number; last: number }, received: number): void {
    // It may be that something flowed again before these were left out: nothing tells until the first number after them.
    const { from, cause } = this.#interruption ?? { from: this.#lastReceived, cause: 'sequence' };
    const to = received;
    this.#interruption = null;
    this.#ledger.hole(this.#entry, 'trades', from, to, cause, sequence);
    const count = sequence.last - sequence.first + 1;
    if (count > mostMissing) return;
    const hole = { from, to, left: count };
    for (let id = sequence.first; id <= sequence.last; id += 1) this.#missing.set(id, hole);
    for (const id of this.#missing.keys()) {
      if (this.#missing.size <= 2 * mostMissing) break;
      this.#missing.delete(id);
    }
  }

  /** A trade that was left out and comes after all fills its gap when it was the last one missing. */
  #late(id: number): boolean {
    const hole = this.#missing.get(id);
    if (hole === undefined) return false;
    this.#missing.delete(id);
    hole.left -= 1;
    if (hole.left === 0) this.#ledger.repaired(this.#entry, hole.from, hole.to, 'late trades');
    return true;
  }
}

interface Hole {
  readonly from: number;
  readonly to: number;
  left: number;
}

function keyOf(id: string): string | number {
  return isNumber(id) ? Number(id) : id;
}

/** Whether an id is the plain text of a whole number that a DOUBLE holds: then it is known by that number everywhere. */
function isNumber(id: string): boolean {
  return digits.test(id) && Number.isSafeInteger(Number(id));
}
