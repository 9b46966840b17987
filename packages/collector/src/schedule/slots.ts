import { milliseconds } from '@feedlake/config';
import { Cron } from 'croner';

/** The moments of a schedule. Times in microseconds since the epoch. */
export interface Slots {
  /** The first one after a time; null when there is none. */
  next(after: number): number | null;
  /** The last one before a time; null when there is none. */
  previous(before: number): number | null;
}

const interval = /^[1-9]\d*[smhd]$/;

/**
 * The slots of a schedule as settings have it: `5m`, or a cron expression of five fields in UTC.
 * @throws Error in plain words when the text is no such thing.
 */
export function slotsOf(every: string): Slots {
  return interval.test(every) ? multiplesOf(milliseconds(every) * 1000) : matchesOf(every);
}

/** Multiples of a width, counted from the epoch: full minutes, hours and days stand where the clock has them. */
function multiplesOf(width: number): Slots {
  if (!Number.isSafeInteger(width)) throw new RangeError('the interval is too long');
  const floor = (time: number) => time - (((time % width) + width) % width);
  return { next: (after) => floor(after) + width, previous: (before) => floor(before - 1) };
}

/** What a cron expression matches. croner counts in milliseconds; matches stand at full minutes. */
function matchesOf(expression: string): Slots {
  const cron = new Cron(expression, { mode: '5-part', timezone: 'UTC', paused: true });
  const micros = (date: Date | null | undefined) => (date == null ? null : date.getTime() * 1000);
  return {
    next: (after) => micros(cron.nextRun(new Date(Math.floor(after / 1000)))),
    previous: (before) => micros(cron.previousRuns(1, new Date(Math.ceil(before / 1000)))[0]),
  };
}
