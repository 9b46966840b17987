import { type Logger, silentLogger } from '@feedlake/telemetry';
import { type Clock, systemClock } from '@feedlake/transport';
import type { Interval } from '../intervals.ts';
import { Schedule } from './schedule.ts';
import type { ScheduledSnapshot } from './schedules-of.ts';
import { spreadMs } from './spread.ts';

/** What is done at the slots of schedules. */
export interface ScheduledWork<Result> {
  /** Does what is due at a slot. */
  run(job: ScheduledSnapshot, slot: number, signal: AbortSignal): Promise<Result>;
  /** Takes note that nothing was done at the slots of an interval, nor will be. */
  missed(job: ScheduledSnapshot, slots: Interval): Promise<void>;
}

/** What happened to a job. Times in microseconds since the epoch. */
export type ScheduleEvent<Result> = { readonly at: number; readonly job: ScheduledSnapshot } & (
  | { readonly kind: 'started'; readonly slot: number }
  | { readonly kind: 'done'; readonly slot: number; readonly ms: number; readonly result: Result }
  | { readonly kind: 'failed'; readonly slot: number; readonly ms: number; readonly error: unknown }
  /** The slots from `from` to before `to` passed without a run. */
  | { readonly kind: 'missed'; readonly from: number; readonly to: number }
);

/** How a job fares. */
export interface JobState<Result> {
  readonly job: ScheduledSnapshot;
  readonly isRunning: boolean;
  /** The last run that ended; null before that. */
  readonly last: {
    readonly slot: number;
    readonly outcome: 'done' | 'failed';
    /** Null where it failed. */
    readonly result: Result | null;
  } | null;
  /** The slot that is run next, in microseconds. */
  readonly next: number;
}

export interface SchedulerOptions<Result> {
  readonly jobs: readonly ScheduledSnapshot[];
  readonly work: ScheduledWork<Result>;
  /** Told what happens, at once. An error of it is logged. */
  readonly onEvent?: (event: ScheduleEvent<Result>) => void;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

interface Kept<Result> {
  readonly job: ScheduledSnapshot;
  readonly schedule: Schedule;
  /** The last slot that was begun. */
  begun: number | null;
  isRunning: boolean;
  last: JobState<Result>['last'];
}

/** The clock is looked at so often at least: it may be set, and a machine may sleep. */
const longestNapMs = 30_000;

/**
 * Does work at the slots of schedules, a little spread. A job never overlaps itself: a slot that comes while it runs, or
 * that came before the start or during a sleep of the machine, is run late as long as its interval lasts, and is missed
 * otherwise. What fails costs only its own slot.
 */
export class Scheduler<Result> {
  readonly #options: SchedulerOptions<Result>;
  readonly #clock: Clock;
  readonly #jobs: readonly Kept<Result>[];
  readonly #end = new AbortController();
  #running: Promise<unknown> | null = null;

  /** @throws ScheduleError when a job's schedule can't be followed. */
  constructor(options: SchedulerOptions<Result>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#jobs = options.jobs.map((job) => {
      return { job, schedule: new Schedule(job.every), begun: null, isRunning: false, last: null };
    });
  }

  /** Begins with the slots whose intervals last at present. */
  start(): void {
    this.#running ??= Promise.all(this.#jobs.map((kept) => this.#keep(kept)));
  }

  /** How the jobs fare, in the order they were given. */
  states(): JobState<Result>[] {
    return this.#jobs.map(({ job, schedule, isRunning, last, begun }) => {
      const present = schedule.slotAt(this.#clock.now());
      return { job, isRunning, last, next: begun === null ? present : Math.max(present, schedule.next(begun)) };
    });
  }

  /** Aborts what runs, and waits for it. */
  async stop(): Promise<void> {
    this.#end.abort(new Error('the scheduler was stopped'));
    await this.#running;
  }

  async #keep(kept: Kept<Result>): Promise<void> {
    const { job, schedule } = kept;
    const spread = (slot: number) => spreadMs(job, schedule.widthAt(slot)) * 1000;
    try {
      const start = this.#clock.now();
      await this.#until(start + spread(schedule.slotAt(start)));
      for (;;) {
        const slot = schedule.slotAt(this.#clock.now());
        const first = kept.begun === null ? slot : schedule.next(kept.begun);
        kept.begun = slot;
        if (first < slot) await this.#missed(job, { from: first, to: slot });
        await this.#run(kept, slot);
        // Where the clock is set back, this waits until it is past again: no slot is run twice.
        const next = schedule.next(slot);
        await this.#until(next + spread(next));
      }
    } catch (error) {
      if (!this.#end.signal.aborted) throw error;
    }
  }

  async #run(kept: Kept<Result>, slot: number): Promise<void> {
    const { job } = kept;
    const { signal } = this.#end;
    const started = this.#clock.now();
    this.#emit({ kind: 'started', at: started, job, slot });
    kept.isRunning = true;
    try {
      const result = await this.#options.work.run(job, slot, signal);
      kept.last = { slot, outcome: 'done', result };
      this.#emit({ kind: 'done', ...this.#ended(started), job, slot, result });
    } catch (error) {
      signal.throwIfAborted();
      kept.last = { slot, outcome: 'failed', result: null };
      this.#emit({ kind: 'failed', ...this.#ended(started), job, slot, error });
    } finally {
      kept.isRunning = false;
    }
  }

  async #missed(job: ScheduledSnapshot, slots: Interval): Promise<void> {
    const started = this.#clock.now();
    this.#emit({ kind: 'missed', at: started, job, ...slots });
    try {
      await this.#options.work.missed(job, slots);
    } catch (error) {
      this.#emit({ kind: 'failed', ...this.#ended(started), job, slot: slots.from, error });
    }
  }

  #ended(started: number): { at: number; ms: number } {
    const at = this.#clock.now();
    return { at, ms: (at - started) / 1000 };
  }

  /** Waits until a time. Rejects when the scheduler is stopped. */
  async #until(time: number): Promise<void> {
    const { signal } = this.#end;
    signal.throwIfAborted();
    for (let left = time - this.#clock.now(); left > 0; left = time - this.#clock.now()) {
      await this.#clock.delay(Math.min(Math.ceil(left / 1000), longestNapMs), signal);
    }
  }

  #emit(event: ScheduleEvent<Result>): void {
    const { onEvent, logger = silentLogger } = this.#options;
    try {
      onEvent?.(event);
    } catch (error) {
      const { dataset, exchange } = event.job;
      logger.error({ exchange, dataset, error, event: event.kind }, `${exchange} ${dataset}: an event was not handled`);
    }
  }
}
