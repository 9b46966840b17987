import { Schedule } from '@feedlake/collector/schedules';

/** How a CloudWatch alarm looks for something that is due now and then. */
export interface AlarmWindow {
  /** Seconds. */
  readonly period: number;
  readonly periods: number;
}

const second = 1_000_000;
const hour = 3600;
const day = 24 * hour;
/** CloudWatch looks back a day; a week where periods are hours or longer. */
const longest = 7 * day;

/** Slots that are looked at for the longest pause between two of them: a minute's schedule for a day, others for longer. */
const looked = 1500;
/** A schedule of single weeks or months is looked at from here on: 2026, in microseconds. */
const start = Date.UTC(2026, 0, 1) * 1000;

/**
 * The window in which a schedule is missed when nothing came in it: three of its slots and at least a quarter of an hour
 * where it comes often, and one pause and the next where it comes seldom, so that one slot that is late or repeated rings
 * nothing.
 * @returns null where its pauses are longer than an alarm can look back.
 */
export function missedWindow(every: string): AlarmWindow | null {
  const pause = longestPause(every);
  if (pause <= 300) return { period: 300, periods: 3 };
  if (pause <= hour) return { period: roundUp(pause, 60), periods: 3 };
  const period = pause <= day ? hour : day;
  const periods = Math.ceil(pause / period) + 1;
  return period * periods > longest ? null : { period, periods };
}

/** Seconds. */
function longestPause(every: string): number {
  const schedule = new Schedule(every);
  let pause = 0;
  let slot = schedule.next(start);
  for (let count = 0; count < looked; count++) {
    const next = schedule.next(slot);
    pause = Math.max(pause, (next - slot) / second);
    slot = next;
  }
  return pause;
}

function roundUp(seconds: number, unit: number): number {
  return Math.ceil(seconds / unit) * unit;
}
