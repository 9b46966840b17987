import {
  type CoverageRow,
  completeness,
  exchangesWithCoverage,
  readCoverage,
  resolveCoverage,
  SnapshotJobs,
  schedulesOf,
  shareOfSymbols,
} from '@feedlake/collector';
import { hour, isoTime, minute, parseIsoTime } from '@feedlake/schema';
import { Resource } from 'sst';
import * as z from 'zod';
import { compose } from './shared/compose.ts';

interface Looked {
  readonly from: number;
  readonly to: number;
}

const coverageEvent = z.object({ scheduled: z.string() });

/** The stretch of time that is looked at, and how long before the scheduled time it ends: what is streamed reaches the lake with its segment. */
const range = hour;
const delay = 15 * minute;

const { config, logger, metrics, lake } = compose(Resource.LakeSettings);
const jobs = new SnapshotJobs({ lake, venueOf: noVenue });
const schedules = schedulesOf(config);

function noVenue(exchange: string): never {
  throw new RangeError(`this function does not open exchanges: ${exchange}`);
}

/**
 * Publishes how complete the last hour is, for every exchange and dataset that the lake has coverage of. Slots of snapshots
 * about which nothing is said by now, and which nobody will take any more, become gaps first.
 */
export async function handler(event: unknown): Promise<{ lowest: number | null }> {
  const { scheduled } = coverageEvent.parse(event);
  const time = parseIsoTime(scheduled);
  if (time === null) throw new RangeError(`scheduled: ${scheduled} is no time`);
  const looked = { from: time - delay - range, to: time - delay };
  let lowest: number | null = null;
  for (const exchange of await exchangesWithCoverage(lake, looked)) {
    if (config.exchanges[exchange]?.enabled !== true) continue;
    let rows = await coverageOf(exchange, looked);
    if (await accountFor(exchange, looked, rows)) rows = await coverageOf(exchange, looked);
    const byDataset = Map.groupBy(resolveCoverage(rows, looked, null), ({ dataset }) => dataset);
    for (const [dataset, timelines] of byDataset) {
      const share = shareOfSymbols(timelines, rows);
      if (share === null) continue;
      const { gaps } = completeness(timelines);
      lowest = Math.min(lowest ?? 1, share);
      metrics.put({ exchange, dataset }, { Completeness: { value: share, unit: 'None' }, Gaps: gaps });
      logger.info({ exchange, dataset, share, gaps, from: isoTime(looked.from), to: isoTime(looked.to) }, 'coverage');
    }
  }
  return { lowest };
}

async function coverageOf(exchange: string, looked: Looked): Promise<CoverageRow[]> {
  const rows: CoverageRow[] = [];
  for await (const row of readCoverage(lake, { ...looked, exchanges: [exchange] })) rows.push(row);
  return rows;
}

/** @returns whether there was something to account for. */
async function accountFor(exchange: string, looked: Looked, rows: readonly CoverageRow[]): Promise<boolean> {
  let isAny = false;
  for (const job of schedules.filter((one) => one.exchange === exchange)) {
    for (const { from, to } of await jobs.accountFor(job, looked, rows)) {
      isAny = true;
      const about = { exchange, dataset: job.dataset, from: isoTime(from), to: isoTime(to) };
      logger.warn(about, `${exchange} ${job.dataset}: snapshots were missed: the gap is recorded`);
    }
  }
  return isAny;
}
