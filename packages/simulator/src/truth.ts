import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Fact, VenueId } from './venue.ts';

/** A fact that a venue has sent. */
export interface TruthRecord extends Fact {
  readonly venue: VenueId;
  /** When it was sent, by the venue's clock, in microseconds. */
  readonly at: number;
}

/** Which records to take; all of them where nothing is named. */
export type TruthFilter = Partial<Pick<TruthRecord, 'venue' | 'dataset' | 'kind' | 'symbol'>>;

interface Batch {
  readonly venue: VenueId;
  readonly at: number;
  readonly facts: readonly Fact[];
}

const capacity = 1_000_000;

/**
 * Everything that the venues have stated, in the order it was sent, so that a lake can be compared with it. It remembers
 * the last million facts; a file or stream gets all of them, one JSON object a line.
 */
export class TruthLog {
  /** Facts that are no longer remembered. */
  dropped = 0;
  #batches: Batch[] = [];
  #count = 0;
  readonly #sink: Writable | null;
  readonly #ownsSink: boolean;

  /** @param target a file to append to (its folder is made), or a stream. */
  constructor(target?: string | Writable) {
    this.#ownsSink = typeof target === 'string';
    if (typeof target === 'string') mkdirSync(dirname(target), { recursive: true });
    this.#sink = typeof target === 'string' ? createWriteStream(target, { flags: 'a' }) : (target ?? null);
  }

  add(venue: VenueId, at: number, facts: readonly Fact[]): void {
    if (facts.length === 0) return;
    const batch = { venue, at, facts };
    this.#batches.push(batch);
    this.#count += facts.length;
    while (this.#count > capacity) this.#forgetOldest();
    this.#sink?.write(
      recordsOf(batch)
        .map((record) => `${JSON.stringify(record)}\n`)
        .join(''),
    );
  }

  /** The remembered facts that match. */
  records(filter: TruthFilter = {}): TruthRecord[] {
    const wanted = Object.entries(filter);
    return this.#batches
      .filter((batch) => filter.venue === undefined || batch.venue === filter.venue)
      .flatMap(recordsOf)
      .filter((record) => wanted.every(([name, value]) => record[name as keyof TruthFilter] === value));
  }

  clear(): void {
    this.#batches = [];
    this.#count = 0;
  }

  /** Writes out what is left and closes the file. */
  async close(): Promise<void> {
    if (this.#sink === null || !this.#ownsSink) return;
    this.#sink.end();
    await finished(this.#sink);
  }

  #forgetOldest(): void {
    const gone = this.#batches.shift()?.facts.length ?? 0;
    this.#count -= gone;
    this.dropped += gone;
  }
}

function recordsOf({ venue, at, facts }: Batch): TruthRecord[] {
  return facts.map((fact) => ({ venue, ...fact, at }));
}
