import { isCompacted, type Lake } from '@feedlake/lake';
import { day, floorTo, isoDate } from '@feedlake/schema';
import type { Interval } from '../intervals.ts';
import type { Held } from './account.ts';
import { rowsName } from './object-names.ts';
import type { SnapshotRow } from './poll.ts';
import { Schedule } from './schedule.ts';
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
  const isOwn = (other: string) => other === name || other.startsWith(`${name}.part`);
  const dates = { exchanges: [exchange], firstDate: isoDate(from), lastDate: isoDate(to - 1) };
  const there = new Set<string>();
  for await (const object of lake.objects(dataset, dates)) there.add(object.name);
  const days = { from: floorTo(from, day), to: floorTo(to - 1, day) + day };
  if ([...there].some(isOwn)) {
    const query = { exchange, ...days, columns: nameColumns, skipObjects: (other: string) => !isOwn(other) };
    return heldOf(await collected(lake.scan(dataset, query)));
  }
  if (![...there].some(isCompacted) || ![...(await lake.names(dataset, dates))].some(isOwn)) return [];
  // Compaction has put them into one object with those of other slots.
  const skipObjects = (other: string) => !isCompacted(other);
  if (dataset === 'instruments') {
    // They are not marked with their slot: they are received in it.
    const until = new Schedule(job.every).next(slot);
    return heldOf(
      await collected(lake.scan(dataset, { exchange, from: slot, to: until, columns: nameColumns, skipObjects })),
    );
  }
  const query = { exchange, ...days, columns: [...nameColumns, 'scheduled_time'] as const, skipObjects };
  const rows = await collected(lake.scan(dataset, query));
  return heldOf(rows.filter((row) => row.scheduled_time === slot));
}

const nameColumns = ['symbol', 'venue_symbol'] as const;

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
