import { type Slots, slotsOf } from './slots.ts';

/** A schedule that can't be followed; the message says what is wrong with it. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

/**
 * When something is due: at the multiples of an interval, counted from the epoch, or where a cron expression matches, in
 * UTC. Times in microseconds since the epoch.
 *
 * @example
 * const schedule = new Schedule('5m');
 * schedule.slotAt(now()); // the last full five minutes
 */
export class Schedule {
  /** As the settings have it. */
  readonly every: string;
  readonly #slots: Slots;

  /**
   * @param every `30s`, `5m`, `1h`, `1d`, or a cron expression of five fields such as `0,30 8-20 * * MON-FRI`
   * @throws ScheduleError when it is neither, or never comes.
   */
  constructor(every: string) {
    this.every = every;
    try {
      this.#slots = slotsOf(every);
    } catch (error) {
      throw new ScheduleError(`\`${every}\`: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
    if (this.#slots.next(0) === null) throw new ScheduleError(`\`${every}\`: there is no such date`);
  }

  /** The first slot after a time. */
  next(after: number): number {
    return this.#found(this.#slots.next(after));
  }

  /** The last slot before a time. */
  previous(before: number): number {
    return this.#found(this.#slots.previous(before));
  }

  /** The slot in whose interval a time lies: the last one until then. */
  slotAt(time: number): number {
    return this.previous(time + 1);
  }

  /** From a slot, or any other time, to the next slot. */
  widthAt(time: number): number {
    return this.next(time) - time;
  }

  /** A slot exists in every direction as far as calendars go. */
  #found(slot: number | null): number {
    if (slot === null) throw new ScheduleError(`\`${this.every}\`: beyond the calendar`);
    return slot;
  }
}
