/** How long to wait before a retry, in milliseconds. */
export interface Backoff {
  /** Ceiling of the first wait; it doubles with each further one. */
  readonly baseMs: number;
  /** No ceiling is higher. */
  readonly capMs: number;
}

/**
 * Exponential backoff with full jitter: anything between nothing and the ceiling, so that clients that failed together
 * do not come back together.
 * @param retry 0 for the first retry
 * @param random gives numbers from 0 (inclusive) to 1
 * @returns milliseconds
 */
export function backoffMs({ baseMs, capMs }: Backoff, retry: number, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** retry);
}
