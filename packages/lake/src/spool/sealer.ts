import { Worker } from 'node:worker_threads';
import type { StoreFault } from '../store/store-error.ts';
import type { Sealed } from './seal.ts';

export interface SealRequest {
  readonly path: string;
}

/** Why a segment could not be sealed. */
export interface SealFailure {
  readonly fault: StoreFault;
  readonly message: string;
}

export interface SealResult {
  readonly path: string;
  readonly sealed: Sealed | null;
  readonly failure: SealFailure | null;
}

export interface SealerOptions {
  /** The lake: a folder or `s3://bucket/prefix`. */
  readonly location: string;
  readonly onSealed: (path: string, sealed: Sealed) => void;
  /** It is tried again after so many milliseconds. */
  readonly onFailed: (path: string, failure: SealFailure, retryMs: number) => void;
}

const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

/**
 * Seals segments in a thread of its own, one after the other in the order they were added, each until it succeeds.
 * A segment stays on disk until then, whatever happens.
 */
export class Sealer {
  readonly #options: SealerOptions;
  readonly #waiting: string[] = [];
  readonly #idle: (() => void)[] = [];
  #worker: Worker | null = null;
  #busy = false;
  #closed = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: SealerOptions) {
    this.#options = options;
  }

  /** Segments that are not in the lake yet, oldest first. */
  get waiting(): readonly string[] {
    return this.#waiting;
  }

  add(path: string): void {
    this.#waiting.push(path);
    this.#next();
  }

  /** Waits until all that was added is in the lake. */
  settled(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Tries at once what waits for its next attempt. */
  hurry(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#next();
  }

  /** Ends the thread. What was not sealed stays on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#worker?.terminate();
    this.#worker = null;
  }

  #next(): void {
    const [path] = this.#waiting;
    if (path === undefined) {
      for (const resolve of this.#idle.splice(0)) resolve();
      return;
    }
    if (this.#busy || this.#closed || this.#retry !== undefined) return;
    this.#busy = true;
    this.#worker ??= this.#start();
    // An idle thread is no reason for the process to stay.
    this.#worker.ref();
    this.#worker.postMessage({ path } satisfies SealRequest);
  }

  #start(): Worker {
    const { location } = this.#options;
    const worker = new Worker(new URL('./seal-worker.ts', import.meta.url), { workerData: { location } });
    worker.on('message', (result: SealResult) => this.#ended(result));
    worker.on('error', (error) => {
      this.#worker = null;
      const [path = ''] = this.#waiting;
      this.#ended({ path, sealed: null, failure: { fault: 'failed', message: error.message } });
    });
    return worker;
  }

  #ended({ path, sealed, failure }: SealResult): void {
    this.#busy = false;
    this.#worker?.unref();
    if (this.#closed) return;
    if (sealed !== null) {
      this.#failures = 0;
      this.#waiting.shift();
      this.#options.onSealed(path, sealed);
    } else if (failure !== null) {
      const retryMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures);
      this.#failures += 1;
      this.#options.onFailed(path, failure, retryMs);
      this.#retry = setTimeout(() => this.hurry(), retryMs);
    }
    this.#next();
  }
}
