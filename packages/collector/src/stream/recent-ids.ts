import { minute } from '@feedlake/schema';

/** Ids are remembered for at least this long (µs)... */
const memory = 2 * minute;
/** ... and at least so many of them. */
const least = 1_000;

/** Remembers ids for a while, so that what comes twice is recognised. */
export class RecentIds {
  #current = new Set<string | number>();
  #before = new Set<string | number>();
  #since = 0;

  get isEmpty(): boolean {
    return this.#current.size === 0 && this.#before.size === 0;
  }

  /** Whether an id is remembered. */
  has(id: string | number): boolean {
    return this.#current.has(id) || this.#before.has(id);
  }

  /** Remembers an id. Gives false when it is known already. `now` in microseconds. */
  add(id: string | number, now: number): boolean {
    if (this.has(id)) return false;
    if (this.#current.size >= least && now - this.#since >= memory) {
      this.#before = this.#current;
      this.#current = new Set();
      this.#since = now;
    }
    if (this.#since === 0) this.#since = now;
    this.#current.add(id);
    return true;
  }
}
