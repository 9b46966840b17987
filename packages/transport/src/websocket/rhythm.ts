import { hour, minute } from '@feedlake/schema';

/** A pause so much longer than any of late is no mere lull. */
const factor = 3;
/** Before so many pauses have been seen, over so long (µs), there is no rhythm to speak of. */
const leastPauses = 20;
const leastTime = 10 * minute;
/** Pauses are remembered for one to two of these (µs). */
const memory = hour;

/** How often something comes that comes only when something happens. Times in microseconds. */
export class Rhythm {
  #first: number | null = null;
  #latest = 0;
  /** Null where the pause before the next one does not count. */
  #last: number | null = null;
  #pauses = 0;
  #longest = 0;
  #longestBefore = 0;
  #memorySince = 0;

  /** When it was last heard; 0 = never. */
  get latest(): number {
    return this.#latest;
  }

  heard(now: number): void {
    this.#first ??= now;
    if (this.#last !== null) {
      this.#pauses++;
      if (now - this.#memorySince > memory) {
        this.#longestBefore = this.#longest;
        this.#longest = 0;
        this.#memorySince = now;
      }
      this.#longest = Math.max(this.#longest, now - this.#last);
    }
    this.#last = now;
    this.#latest = now;
  }

  /** The connection changed: a pause over that says nothing about the market. */
  interrupted(): void {
    this.#last = null;
  }

  /** The silence that is out of rhythm (µs), at least `least`; null while the rhythm is not known. */
  deadline(least: number): number | null {
    const heardFor = this.#latest - (this.#first ?? this.#latest);
    if (this.#pauses < leastPauses || heardFor < leastTime) return null;
    return Math.max(least, factor * Math.max(this.#longest, this.#longestBefore));
  }
}
