import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SnapshotTaker } from '@feedlake/api';
import { BackfillJobs, BackfillQueue, type BackfillRequest, type Venue } from '@feedlake/collector';
import type { Config } from '@feedlake/config';
import type { Lake } from '@feedlake/lake';
import { type HealthStatus, ListenError, type Logger, type Metrics } from '@feedlake/telemetry';
import type { ApiWorkerData, ApiWorkerMessage } from './api-worker.ts';
import { answerCalls, type Handlers } from './calls.ts';

export interface UpApiOptions {
  readonly config: Config;
  readonly lake: Lake;
  readonly venueOf: (exchange: string) => Venue;
  readonly health: () => HealthStatus;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly version: string;
}

/** The API beside streams and snapshots. */
export interface UpApi {
  /** `http://host:port`. */
  readonly url: string;
  /** Ends it, and waits until what it has begun is stored. */
  close(): Promise<void>;
}

/** What the thread may use of memory, in MiB: beyond it, it is ended and begun anew, and nothing else is. */
const mostMemory = 512;
/** What it may take to end, in milliseconds: connections are cut at once, so that longer means that it hangs. */
const mostEndMs = 5000;
const firstRestartMs = 1000;
const longestRestartMs = 60_000;

/**
 * Serves the API in a thread of its own, with the exchanges of this one. Where the thread breaks, it is begun anew.
 * @throws ListenError when the address can't be listened on.
 */
export async function startApi(options: UpApiOptions): Promise<UpApi> {
  const { config, lake, venueOf, health, metrics, logger } = options;
  const end = new AbortController();
  const taker = new SnapshotTaker({ config, lake, venueOf, signal: end.signal });
  const symbolsOf = (exchange: string) => config.exchanges[exchange]?.symbols ?? 'all';
  const jobs = new BackfillJobs({ lake, venueOf, symbolsOf });
  const queue = new BackfillQueue({ jobs, logger });
  const handlers: Handlers = {
    snapshot: (request: Parameters<SnapshotTaker['take']>[0]) => taker.take(request),
    async createBackfill(request: BackfillRequest) {
      const created = await jobs.create(request);
      queue.add(created.id);
      return created;
    },
    health,
    metrics: () => metrics.text(),
  };
  const thread = new ApiThread(options, handlers);
  const url = await thread.start();
  queue.resume().catch((error: unknown) => logger.error({ error }, 'unfinished backfills could not be taken up'));
  return {
    url,
    async close() {
      await thread.close();
      end.abort(new Error('the API was ended'));
      await queue.close();
    },
  };
}

/** The thread that serves the API. */
class ApiThread {
  readonly #options: UpApiOptions;
  readonly #handlers: Handlers;
  #worker: Worker | null = null;
  #port: number;
  #restartMs = firstRestartMs;
  #restart: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: UpApiOptions, handlers: Handlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#port = options.config.api.port;
  }

  /** @returns the URL that it listens on. @throws ListenError when it can't. */
  start(): Promise<string> {
    const { config, version, metrics, logger } = this.#options;
    const data: ApiWorkerData = { config, version, port: this.#port, metricsType: metrics.contentType };
    const worker = new Worker(new URL('./api-worker.ts', import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: mostMemory },
    });
    this.#worker = worker;
    answerCalls(worker, this.#handlers);
    return new Promise((resolve, reject) => {
      let isReady = false;
      let failure: Error = new ListenError('the thread of the API ended at its start');
      worker.on('message', (message: ApiWorkerMessage) => {
        if (message.kind === 'log') logger[message.level](message.fields, message.text);
        if (message.kind === 'failed') failure = new ListenError(message.message);
        if (message.kind !== 'ready') return;
        isReady = true;
        this.#port = message.port;
        this.#restartMs = firstRestartMs;
        resolve(message.url);
      });
      worker.on('error', (error) => {
        failure = error;
      });
      worker.on('exit', () => {
        this.#worker = null;
        if (!isReady) reject(failure);
        else if (!this.#isClosed) this.#startAgain(failure);
      });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<true>((resolve) => worker.once('exit', () => resolve(true)));
    worker.postMessage({ kind: 'close' });
    const hasEnded = await Promise.race([ended, delay(mostEndMs, false, { ref: false })]);
    if (!hasEnded) await worker.terminate();
  }

  #startAgain(error: Error): void {
    const seconds = this.#restartMs / 1000;
    this.#options.logger.error({ error }, `the API broke off: ${error.message}; it is begun anew in ${seconds} s`);
    this.#restart = setTimeout(() => {
      this.start().catch((failure: Error) => {
        if (!this.#isClosed) this.#startAgain(failure);
      });
    }, this.#restartMs);
    this.#restartMs = Math.min(longestRestartMs, this.#restartMs * 2);
  }
}
