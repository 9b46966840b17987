import { type Lake, metadataKey, type ObjectFooter } from '@feedlake/lake';
import { type DatasetName, day, isoDate, parseIsoTime } from '@feedlake/schema';
import type { Interval } from '../intervals.ts';
import { type CoverageRow, coverageColumns } from './row.ts';

export interface CoverageQuery extends Interval {
  readonly exchanges: readonly string[];
  /** Default: all. */
  readonly datasets?: readonly DatasetName[];
  /** Rows about all symbols come as well. Default: all. */
  readonly symbols?: readonly string[];
}

/**
 * How long before a range rows are looked for that reach into it. A row is filed under the date on which its interval
 * begins; one that begins earlier than this and ends in the range is missed.
 */
export const lookBack = 7 * day;

/**
 * A row speaks of what was. Only the slot of a snapshot ends after it is written, by less than this unless snapshots are
 * scheduled farther apart.
 */
const speaksAhead = day;

/**
 * Reads the coverage rows that touch a range, exchange by exchange, in no particular order.
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function* readCoverage(lake: Lake, query: CoverageQuery): AsyncGenerator<CoverageRow> {
  const { from, to } = query;
  const datasets = query.datasets === undefined ? null : new Set<string>(query.datasets);
  const symbols = query.symbols === undefined ? null : new Set<string>(query.symbols);
  for (const exchange of query.exchanges) {
    // A busy writer leaves some hundred objects a day: of those that were written too early to speak of the range, no rows are read.
    const scanned = lake.scan('coverage', {
      exchange,
      from: from - lookBack,
      to,
      columns: coverageColumns,
      skipFooters: (footer) => lastReceived(footer) < from - speaksAhead,
    });
    for await (const row of scanned) {
      if (row.from_time < from && row.to_time <= from) continue;
      if (datasets !== null && !datasets.has(row.dataset)) continue;
      if (symbols !== null && typeof row.symbol === 'string' && !symbols.has(row.symbol)) continue;
      yield row;
    }
  }
}

/** The exchanges of which the lake has coverage that can touch a range, sorted. */
export async function exchangesWithCoverage(lake: Lake, { from, to }: Interval): Promise<string[]> {
  const exchanges = new Set<string>();
  const dates = { firstDate: isoDate(from - lookBack), lastDate: isoDate(to - 1) };
  for await (const { exchange } of lake.objects('coverage', dates)) exchanges.add(exchange);
  return [...exchanges].sort();
}

/** Latest `ts_recv` of an object's rows in microseconds; infinity where its metadata does not tell. */
function lastReceived({ metadata }: ObjectFooter): number {
  try {
    const ranges: unknown = JSON.parse(metadata.get(metadataKey.timeRange) ?? '');
    const range = typeof ranges === 'object' && ranges !== null && 'ts_recv' in ranges ? ranges.ts_recv : null;
    return (Array.isArray(range) ? parseIsoTime(String(range[1])) : null) ?? Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
