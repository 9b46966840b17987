import { isCompacted, type Lake, type LakeObject } from '@feedlake/lake';
import { isoDate } from '@feedlake/schema';
import type { Interval } from '../intervals.ts';
import { snapshotDetail } from './account.ts';
import type { ScheduledSnapshot } from './schedules-of.ts';

/** Objects that are looked into at once. */
const atOnce = 16;

/**
 * Until when the lake knows what it has of a dataset's snapshots at an exchange: the end of the latest interval, in
 * microseconds, that coverage speaks of and that begins in the interval given; null when there is none.
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function accountedUntil(
  lake: Lake,
  { dataset, exchange }: Pick<ScheduledSnapshot, 'dataset' | 'exchange'>,
  { from, to }: Interval,
): Promise<number | null> {
  const dates = { firstDate: isoDate(from), lastDate: isoDate(to - 1) };
  const own: LakeObject[] = [];
  const others: LakeObject[] = [];
  for await (const object of lake.objects('coverage', { exchanges: [exchange], ...dates })) {
    if (object.name.startsWith('snapshot-')) own.push(object);
    else if (!object.name.startsWith('history-')) others.push(object);
  }

  async function latestIn(names: ReadonlySet<string>, times: Interval): Promise<number | null> {
    let latest: number | null = null;
    const columns = ['dataset', 'to_time', 'detail'] as const;
    const query = { exchange, ...times, columns, skipObjects: (name: string) => !names.has(name) };
    for await (const row of lake.scan('coverage', query)) {
      if (row.dataset !== dataset || row.detail !== snapshotDetail) continue;
      latest = Math.max(latest ?? 0, row.to_time);
    }
    return latest;
  }

  // Names begin with the slot: a look at the newest few is enough, where a busy lake has thousands of objects.
  const newestFirst = own.sort((a, b) => (a.name < b.name ? 1 : -1));
  for (let index = 0; index < newestFirst.length; index += atOnce) {
    const batch = newestFirst.slice(index, index + atOnce);
    const latest = await latestIn(namesOf(batch), { from, to });
    if (latest === null) continue;
    // One that came late to a date that was compacted is not the latest, if later dates were compacted too.
    const first = batch.at(-1)?.date ?? '';
    const compacted = others.filter(({ name, date }) => isCompacted(name) && date >= first);
    return compacted.length === 0 ? latest : Math.max(latest, (await latestIn(namesOf(compacted), { from, to })) ?? 0);
  }
  // Compaction gives them other names.
  return others.length === 0 ? null : await latestIn(namesOf(others), { from, to });
}

function namesOf(objects: readonly LakeObject[]): Set<string> {
  return new Set(objects.map(({ name }) => name));
}
