import { snapshotName } from '@feedlake/lake';
import { isoTime } from '@feedlake/schema';
import type { Interval } from '../intervals.ts';
import type { ScheduledSnapshot } from './schedules-of.ts';

/** Names of the objects that a scheduled snapshot leaves, each decided by what it is owed to. */

/** The object with the rows of a slot. */
export function rowsName({ symbols }: ScheduledSnapshot, slot: number): string {
  return snapshotName(slot, scopeOf(symbols));
}

/** The object that tells what of a slot the lake has. */
export function takenName({ dataset, symbols }: ScheduledSnapshot, slot: number): string {
  return snapshotName(slot, [dataset, 'taken', ...scopeOf(symbols)]);
}

/** The object that tells that there is nothing of the slots of an interval. */
export function gapName({ dataset, symbols }: ScheduledSnapshot, { from, to }: Interval): string {
  return snapshotName(from, [dataset, 'gap', isoTime(to), ...scopeOf(symbols)]);
}

function scopeOf(symbols: ScheduledSnapshot['symbols']): string[] {
  return symbols === 'all' ? [] : [...symbols].sort();
}
