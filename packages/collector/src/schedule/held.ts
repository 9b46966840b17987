import type { Lake } from '@feedlake/lake';
import { day, floorTo, isoDate } from '@feedlake/schema';
import type { Interval } from '../intervals.ts';
import type { Held } from './account.ts';
import { rowsName } from './object-names.ts';
import type { SnapshotRow } from './poll.ts';
import type { ScheduledSnapshot } from './schedules-of.ts';

/** Counts rows by instrument. */
export function heldOf(rows: Iterable<Pick<SnapshotRow, 'symbol' | 'venue_symbol'>>): Held[] {
  const held = new Map<string, Held>();
  for (const { symbol, venue_symbol } of rows) {
    held.set(venue_symbol, { symbol, venue_symbol, rows: (held.get(venue_symbol)?.rows ?? 0) + 1 });
  }
  return [...held.values()];
}

/**
 * What the lake has of a slot. Whoever stored it may have been killed before saying so.
 * @param times the time that its rows may have, `to` exclusive; whole dates are looked at
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function heldInLake(
  lake: Lake,
  job: ScheduledSnapshot,
  slot: number,
  { from, to }: Interval,
): Promise<Held[]> {
  const { dataset, exchange } = job;
  const name = rowsName(job, slot);
  const isOther = (other: string) => other !== name && !other.startsWith(`${name}.part`);
  const dates = { firstDate: isoDate(from), lastDate: isoDate(to - 1) };
  let isThere = false;
  for await (const object of lake.objects(dataset, { exchanges: [exchange], ...dates })) {
    isThere ||= !isOther(object.name);
  }
  if (!isThere) return [];
  const rows: Pick<SnapshotRow, 'symbol' | 'venue_symbol'>[] = [];
  const days = { from: floorTo(from, day), to: floorTo(to - 1, day) + day };
  const query = { exchange, ...days, columns: ['symbol', 'venue_symbol'] as const, skipObjects: isOther };
  for await (const row of lake.scan(dataset, query)) rows.push(row);
  return heldOf(rows);
}
