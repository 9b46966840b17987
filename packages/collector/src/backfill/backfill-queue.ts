import { StoreError } from '@feedlake/lake';
import { type Logger, silentLogger } from '@feedlake/telemetry';
import { type Clock, systemClock } from '@feedlake/transport';
import type { BackfillJobs } from './backfill-jobs.ts';
import { logBackfill } from './log-backfill.ts';

export interface BackfillQueueOptions {
  readonly jobs: BackfillJobs;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** A run that could not write into the lake is repeated after this. */
const retryMs = 60_000;

/** Works on backfills in this process, one after the other, so that they leave the exchanges' budgets to what is live. */
export class BackfillQueue {
  readonly #jobs: BackfillJobs;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  readonly #waiting: string[] = [];
  #work: Promise<void> | null = null;

  constructor({ jobs, logger = silentLogger, clock = systemClock }: BackfillQueueOptions) {
    this.#jobs = jobs;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Puts a backfill at the end of the queue. */
  add(id: string): void {
    if (this.#end.signal.aborted || this.#waiting.includes(id)) return;
    this.#waiting.push(id);
    this.#work ??= this.#goOn();
  }

  /** Takes up what earlier runs of the process left unfinished. @throws StoreError when the lake can't be read. */
  async resume(): Promise<void> {
    for (const { id } of await this.#jobs.unfinished()) this.add(id);
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#work !== null) await this.#work;
  }

  /** Ends the one under way; what came is stored, and all of them go on with {@link resume} at the next start. */
  async close(): Promise<void> {
    this.#end.abort(new Error('the backfills were ended'));
    await this.idle();
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#end;
    for (let id = this.#waiting[0]; id !== undefined && !signal.aborted; id = this.#waiting[0]) {
      const isDone = await this.#run(id);
      this.#waiting.shift();
      if (isDone) continue;
      // At the end: what can't be written of one is not to hold up the others.
      this.#waiting.push(id);
      await this.#clock.delay(retryMs, signal).catch(() => {});
    }
    // Not when the promise is settled: what is added until then would wait for ever.
    this.#work = null;
  }

  /** @returns whether it is done with, well or not. */
  async #run(id: string): Promise<boolean> {
    const { signal } = this.#end;
    try {
      const status = await this.#jobs.run(id, signal);
      logBackfill(this.#logger, status);
      return status.state !== 'running';
    } catch (error) {
      const isRepeated = error instanceof StoreError;
      const next = isRepeated ? 'it is tried again in a minute' : 'it is tried again at the next start';
      this.#logger.error({ backfill: id, error }, `backfill ${id} was broken off; ${next}`);
      return !isRepeated;
    }
  }
}
