import type { Config } from '@feedlake/config';
import type { PolledDataset } from '@feedlake/exchanges';
import type { Wanted } from '../selection.ts';
import { Schedule, ScheduleError } from './schedule.ts';

/** A dataset that snapshots are taken of. */
export type SnapshotDataset = PolledDataset | 'instruments';

/** What is polled from one exchange, and when. Plain data: other schedulers than ours can go by it. */
export interface ScheduledSnapshot {
  readonly dataset: SnapshotDataset;
  readonly exchange: string;
  /** `5m`, or a cron expression of five fields in UTC. */
  readonly every: string;
  readonly symbols: Wanted;
}

/**
 * The snapshots that the settings ask for, one per dataset and exchange, in the order of the settings. What is disabled is
 * left out, also where it is named.
 * @throws ScheduleError that names the setting when a schedule can't be followed.
 */
export function schedulesOf({ snapshots, exchanges }: Config): ScheduledSnapshot[] {
  const enabled = Object.keys(exchanges).filter((id) => exchanges[id]?.enabled);
  return (Object.keys(snapshots) as SnapshotDataset[]).flatMap((dataset) => {
    const { enabled: isTaken, every, exchanges: named, symbols } = snapshots[dataset];
    if (!isTaken) return [];
    check(dataset, every);
    return enabled
      .filter((exchange) => named === 'all' || named.includes(exchange))
      .map((exchange) => ({ dataset, exchange, every, symbols: symbols ?? exchanges[exchange]?.symbols ?? 'all' }));
  });
}

function check(dataset: SnapshotDataset, every: string): void {
  try {
    new Schedule(every);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw new ScheduleError(`snapshots.${dataset}.every: ${error.message}`, { cause: error });
  }
}
