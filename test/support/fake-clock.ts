import type { Clock } from '@feedlake/transport';

/**
 * A clock whose time stands still until someone waits: then it jumps to whoever is due first. Sockets stay real, so a
 * test that waits for hours takes milliseconds.
 */
export class FakeClock implements Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[] = [];
  #now: number;
  #due: { at: number; wake: () => void }[] = [];

  constructor(start = Date.parse('2026-11-03T08:00:00Z') * 1000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    this.waits.push(ms);
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = { at: this.#now + ms * 1000, wake: resolve };
      signal?.addEventListener('abort', () => {
        this.#due = this.#due.filter((other) => other !== timer);
        reject(signal.reason);
      });
      this.#due.push(timer);
      setImmediate(() => this.#jump());
    });
  }

  #jump(): void {
    const [first, ...rest] = this.#due.toSorted((a, b) => a.at - b.at);
    if (first === undefined) return;
    this.#due = rest;
    this.#now = Math.max(this.#now, first.at);
    first.wake();
  }
}
