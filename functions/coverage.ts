import {
  type CoverageRow,
  completeness,
  exchangesWithCoverage,
  readCoverage,
  resolveCoverage,
} from '@feedlake/collector';
import { hour, isoTime, minute, parseIsoTime } from '@feedlake/schema';
import * as z from 'zod';
import { compose } from './shared/compose.ts';

const coverageEvent = z.object({ scheduled: z.string() });

/** The stretch of time that is looked at, and how long before the scheduled time it ends: what is streamed reaches the lake with its segment. */
const range = hour;
const delay = 15 * minute;

const { config, logger, metrics, lake } = compose();

/** Publishes how complete the last hour is, for every exchange and dataset that the lake has coverage of. */
export async function handler(event: unknown): Promise<{ lowest: number | null }> {
  const { scheduled } = coverageEvent.parse(event);
  const time = parseIsoTime(scheduled);
  if (time === null) throw new RangeError(`scheduled: ${scheduled} is no time`);
  const looked = { from: time - delay - range, to: time - delay };
  let lowest: number | null = null;
  for (const exchange of await exchangesWithCoverage(lake, looked)) {
    if (config.exchanges[exchange]?.enabled !== true) continue;
    const rows: CoverageRow[] = [];
    for await (const row of readCoverage(lake, { ...looked, exchanges: [exchange] })) rows.push(row);
    const byDataset = Map.groupBy(resolveCoverage(rows, looked, null), ({ dataset }) => dataset);
    for (const [dataset, timelines] of byDataset) {
      const { share, gaps } = completeness(timelines);
      if (share === null) continue;
      lowest = Math.min(lowest ?? 1, share);
      metrics.put({ exchange, dataset }, { Completeness: { value: share, unit: 'None' }, Gaps: gaps });
      logger.info({ exchange, dataset, share, gaps, from: isoTime(looked.from), to: isoTime(looked.to) }, 'coverage');
    }
  }
  return { lowest };
}
