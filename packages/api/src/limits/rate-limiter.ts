/** Those that are remembered at a time. */
const mostKeys = 10_000;

interface Bucket {
  tokens: number;
  /** Milliseconds. */
  at: number;
}

/**
 * Limits how often something may happen for each of many keys: a full minute's number at once, and then as many as flow
 * back (a token bucket). It forgets the longest idle key when there are too many.
 */
export class RateLimiter {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /**
   * Takes one for a key.
   * @param now Milliseconds. Where the clock is set back, nothing flows back until it is past the latest time that was told.
   * @returns 0 where it is allowed, else how many seconds to wait.
   */
  take(key: string, now: number): number {
    const { tokens, at } = this.#bucket(key, now);
    const left = tokens - 1;
    if (left < 0) return Math.max(1, Math.ceil((-left * 60) / this.#perMinute));
    this.#keep(key, { tokens: left, at });
    return 0;
  }

  #bucket(key: string, now: number): Bucket {
    const known = this.#buckets.get(key);
    if (known === undefined) return { tokens: this.#perMinute, at: now };
    const at = Math.max(known.at, now);
    const tokens = Math.min(this.#perMinute, known.tokens + ((at - known.at) * this.#perMinute) / 60_000);
    return { tokens, at };
  }

  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const oldest = this.#buckets.keys().next().value;
    if (this.#buckets.size > mostKeys && oldest !== undefined) this.#buckets.delete(oldest);
  }
}
