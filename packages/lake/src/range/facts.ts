import type { AnyRow, DatasetName } from '@feedlake/schema';
import { second } from '@feedlake/schema';
import type { FactKey, Identity } from './identity.ts';
import { isPolled, type Slots } from './slots.ts';
import type { TimedRow } from './source.ts';

/** A row of a range, with its place in the order of the range. */
export interface Fact {
  /** Microseconds. */
  readonly time: number;
  readonly key: FactKey;
  readonly row: AnyRow;
}

interface Pending extends Fact {
  /** The text of the key; null where no other row can have the same. */
  readonly text: string | null;
  /** Another row of the same fact was preferred. */
  isDropped: boolean;
}

/**
 * How far the times of two rows of one fact may lie apart, in microseconds. A time belongs to the key but for that of
 * trades, which a venue may tell more exactly in its stream than in its replies.
 */
export function spreadOf(dataset: DatasetName): number {
  return dataset === 'trades' ? 2 * second : 0;
}

/** Takes rows in the order of their time, and gives each fact once, in the order of time and key. */
export class Facts {
  readonly #identity: Identity;
  readonly #spread: number;
  readonly #slots: Slots;
  #queue: Pending[] = [];
  readonly #pending = new Map<string, Pending>();

  constructor(identity: Identity, spread: number, slots: Slots) {
    this.#identity = identity;
    this.#spread = spread;
    this.#slots = slots;
  }

  /** Takes all rows of a time. */
  async add(rows: readonly TimedRow[]): Promise<void> {
    const [only] = rows;
    if (rows.length === 1 && only !== undefined && this.#spread === 0 && !isPolled(only.row)) {
      this.#queue.push({ ...only, key: this.#identity.keyOf(only.row), text: null, isDropped: false });
      return;
    }
    const added: Pending[] = [];
    for (const { time, row } of rows) {
      const key = this.#identity.keyOf(row);
      const text = JSON.stringify(key);
      const other = this.#pending.get(text);
      if (other !== undefined && !this.#identity.isPreferred(row, other.row)) continue;
      if (other === undefined && isPolled(row) && (await this.#slots.isKnown(row.scheduled_time, text, time))) continue;
      if (other !== undefined) other.isDropped = true;
      const fact = { time, key, row, text, isDropped: false };
      this.#pending.set(text, fact);
      added.push(fact);
    }
    if (added.length > 1) added.sort((one, two) => this.#identity.compare(one.key, two.key));
    this.#queue.push(...added);
  }

  /** The facts that no row from a time on (µs) can change any more; at the end: of infinity. */
  settled(time: number): Fact[] {
    const isOpen = (fact: Pending) => fact.time + this.#spread >= time;
    const end = this.#queue.findIndex(isOpen);
    const done = end < 0 ? this.#queue : this.#queue.slice(0, end);
    this.#queue = end < 0 ? [] : this.#queue.slice(end);
    for (const { text, isDropped } of done) if (!isDropped && text !== null) this.#pending.delete(text);
    return done.filter(({ isDropped }) => !isDropped);
  }
}
