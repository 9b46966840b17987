import { second } from '@feedlake/schema';
import type { Budget } from './request.ts';

/**
 * What is used of one budget, in any stretch of its length. A cost counts from the moment it is granted until one window
 * after its reply: whenever the venue booked it, it did so before the reply, so no window of the venue's, sliding or
 * fixed, ever holds more than we count.
 */
export class Window {
  /** At least 1: a budget of nothing would never let anything through. */
  readonly capacity: number;
  readonly #length: number;
  /** Granted, without a reply yet. */
  #open = 0;
  /** Sum of {@link #ending}. */
  #ended = 0;
  /** Costs with a known end, soonest first. */
  readonly #ending: { cost: number; until: number }[] = [];

  constructor({ capacity, seconds }: Budget) {
    this.capacity = Math.max(1, capacity);
    this.#length = seconds * second;
  }

  /** A request that costs more than the whole budget has it for itself. */
  #bounded(cost: number): number {
    return Math.min(cost, this.capacity);
  }

  /**
   * When a cost fits, as far as is known: a time (µs), now or later; Infinity while that hangs on replies still to come.
   */
  fits(cost: number, now: number): number {
    let excess = this.used(now) + this.#bounded(cost) - this.capacity;
    if (excess <= 0) return now;
    for (const entry of this.#ending) {
      excess -= entry.cost;
      if (excess <= 0) return entry.until;
    }
    return Number.POSITIVE_INFINITY;
  }

  grant(cost: number): void {
    this.#open += this.#bounded(cost);
  }

  /** The reply came, or it is certain that none will: the cost counts for one more window. */
  settle(cost: number, now: number): void {
    this.cancel(cost);
    this.#end(this.#bounded(cost), now);
  }

  /** The request was never sent. */
  cancel(cost: number): void {
    this.#open -= this.#bounded(cost);
  }

  /** The venue counts more than we do (another process on our address, say): believe it. */
  adopt(used: number, now: number): void {
    const missing = used - this.used(now);
    if (missing > 0) this.#end(missing, now);
  }

  used(now: number): number {
    let [oldest] = this.#ending;
    while (oldest !== undefined && oldest.until <= now) {
      this.#ended -= oldest.cost;
      this.#ending.shift();
      [oldest] = this.#ending;
    }
    return this.#open + this.#ended;
  }

  #end(cost: number, now: number): void {
    this.#ended += cost;
    this.#ending.push({ cost, until: now + this.#length });
  }
}
