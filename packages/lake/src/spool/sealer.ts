import { Worker } from 'node:worker_threads';
import type { StoreFault } from '../store/store-error.ts';
import type { Sealed } from './seal.ts';

export interface SealRequest {
  readonly path: string;
}

/** Why a segment could not be sealed. */
export interface SealFailure {
  /** What is wrong with the store; `segment` when that is not to blame, and other segments may fare better. */
  readonly fault: StoreFault | 'segment';
  readonly message: string;
}

export type SealResult =
  | { readonly sealed: Sealed; readonly failure: null }
  | { readonly sealed: null; readonly failure: SealFailure };

export interface SealerOptions {
  /** The lake: a folder or `s3://bucket/prefix`. */
  readonly location: string;
  readonly onSealed: (path: string, sealed: Sealed) => void;
  /** It is tried again after so many milliseconds. */
  readonly onFailed: (path: string, failure: SealFailure, retryMs: number) => void;
}

/** A segment that is not in the lake yet. */
interface Waiting {
  readonly path: string;
  /** How often it failed by a fault that is not the store's. */
  failures: number;
  /** Not to be tried before (`performance.now`). */
  due: number;
}

const firstRetryMs = 1_000;
const longestRetryMs = 60_000;
/** So long a thread without work is kept, in milliseconds. */
const restMs = 10_000;
/** What can't be sealed for its own sake needs people, or a newer version. */
const longestOwnRetryMs = 600_000;

/**
 * Seals segments in a thread of its own, one after the other in the order they were added, each until it succeeds.
 * A segment stays on disk until then, whatever happens. One that can't be sealed does not keep the others.
 */
export class Sealer {
  readonly #options: SealerOptions;
  readonly #waiting: Waiting[] = [];
  readonly #idle: ((complete: boolean) => void)[] = [];
  #worker: Worker | null = null;
  #current: Waiting | null = null;
  #closed = false;
  /** How often the store failed since it last did not. */
  #failures = 0;
  /** The store is not to be tried before (`performance.now`). */
  #due = 0;
  #retry: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;

  constructor(options: SealerOptions) {
    this.#options = options;
  }

  /** Segments that are not in the lake yet, in the order they will be tried. */
  get waiting(): readonly string[] {
    return this.#waiting.map(({ path }) => path);
  }

  add(path: string): void {
    this.#waiting.push({ path, failures: 0, due: 0 });
    this.#next();
  }

  /** Waits until all that was added is in the lake; false when the sealer was closed before. */
  settled(): Promise<boolean> {
    if (this.#waiting.length === 0 || this.#closed) return Promise.resolve(this.#waiting.length === 0);
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Tries at once what waits for its next attempt. */
  hurry(): void {
    this.#due = 0;
    for (const one of this.#waiting) one.due = 0;
    this.#next();
  }

  /** Ends the thread. What was not sealed stays on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#rest);
    for (const resolve of this.#idle.splice(0)) resolve(this.#waiting.length === 0);
    await this.#worker?.terminate();
    this.#worker = null;
  }

  #next(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#rest);
    if (this.#closed || this.#current !== null) return;
    if (this.#waiting.length === 0) {
      for (const resolve of this.#idle.splice(0)) resolve(true);
      this.#rest = setTimeout(() => this.#dismiss(), restMs).unref();
      return;
    }
    const now = performance.now();
    const due = Math.max(this.#due, Math.min(...this.#waiting.map((one) => one.due)));
    if (due > now) {
      this.#retry = setTimeout(() => this.#next(), due - now);
      return;
    }
    this.#current = this.#waiting.find((one) => one.due <= now) ?? null;
    if (this.#current === null) return;
    this.#worker ??= this.#start();
    // An idle thread is no reason for the process to stay.
    this.#worker.ref();
    this.#worker.postMessage({ path: this.#current.path } satisfies SealRequest);
  }

  /** The encoder's memory never shrinks while its thread lives: one that has nothing to do is ended. */
  #dismiss(): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }

  #start(): Worker {
    const { location } = this.#options;
    const worker = new Worker(new URL('./seal-worker.ts', import.meta.url), { workerData: { location } });
    let reason = 'the thread that seals has ended';
    worker.on('message', (result: SealResult) => this.#ended(result));
    worker.on('error', (error) => {
      reason = error.message;
    });
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#ended({ sealed: null, failure: { fault: 'segment', message: reason } });
    });
    return worker;
  }

  #ended({ sealed, failure }: SealResult): void {
    const current = this.#current;
    this.#current = null;
    this.#worker?.unref();
    if (this.#closed || current === null) return;
    this.#waiting.splice(this.#waiting.indexOf(current), 1);
    if (failure === null) {
      this.#failures = 0;
      this.#options.onSealed(current.path, sealed);
    } else {
      this.#waiting.push(current);
      this.#options.onFailed(current.path, failure, this.#postpone(current, failure));
    }
    this.#next();
  }

  /** Decides when it is tried again: in so many milliseconds. */
  #postpone(one: Waiting, { fault }: SealFailure): number {
    if (fault === 'segment') {
      const retryMs = Math.min(longestOwnRetryMs, firstRetryMs * 2 ** one.failures);
      one.failures += 1;
      one.due = performance.now() + retryMs;
      return retryMs;
    }
    const retryMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#due = performance.now() + retryMs;
    return retryMs;
  }
}
