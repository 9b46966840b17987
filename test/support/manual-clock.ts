import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@feedlake/transport';

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that goes only when it is told to. Sockets stay real: between two timers they get their turn. */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(start = Date.parse('2026-11-03T08:00:00Z') * 1000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        this.#timers.delete(timer);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const timer = { at: this.#now + ms * 1000, wake };
      signal?.addEventListener('abort', abort, { once: true });
      this.#timers.add(timer);
    });
  }

  /** Lets so many milliseconds pass; whoever is due meanwhile is woken in turn. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms * 1000;
    for (let timer = this.#first(); timer !== undefined && timer.at <= end; timer = this.#first()) {
      await this.#fire(timer);
    }
    this.#now = end;
    await setImmediate();
  }

  /** Jumps to whoever is due next. */
  async step(): Promise<void> {
    const timer = this.#first();
    if (timer !== undefined) await this.#fire(timer);
    else await setImmediate();
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.wake();
    await setImmediate();
  }

  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.at < first.at) first = timer;
    return first;
  }
}

/** Waits for something that real sockets bring about; the clock of the test stands still meanwhile. */
export async function until(condition: () => boolean, what: string | (() => string) = 'it'): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${typeof what === 'string' ? what : what()} did not happen`);
    await setImmediate();
  }
}
