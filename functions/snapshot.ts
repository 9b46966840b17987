import { type SnapshotTaken, SnapshotTaker } from '@feedlake/api';
import {
  type Failure,
  Schedule,
  type ScheduledSnapshot,
  SnapshotFailure,
  SnapshotJobs,
  type SnapshotReport,
  schedulesOf,
} from '@feedlake/collector';
import { isoTime, parseIsoTime } from '@feedlake/schema';
import type { Context } from 'aws-lambda';
import { Resource } from 'sst';
import * as z from 'zod';
import { compose } from './shared/compose.ts';
import { timeLeft } from './shared/time-left.ts';
import { venuesOf } from './shared/venues.ts';

const snapshotEvent = z.object({
  dataset: z.string(),
  exchange: z.string(),
  /** The scheduled time, not the time of delivery: it names the slot. */
  scheduled: z.string().transform((text, context) => {
    const time = parseIsoTime(text);
    if (time !== null) return time;
    context.addIssue(`${text} is no time`);
    return z.NEVER;
  }),
});

/** A snapshot that somebody asked the API for. */
const requestEvent = z.object({
  request: z.object({
    dataset: z.enum(['open_interest', 'funding_rates', 'instruments']),
    exchange: z.string(),
    symbols: z.union([z.literal('all'), z.array(z.string()), z.null()]),
    scheduled: z.boolean(),
  }),
});

/** What an invocation did, for whoever invokes it by hand. */
export interface SnapshotResult {
  readonly slot: string;
  readonly outcome: SnapshotReport['outcome'];
  readonly rows: number;
  /** Symbols that came only when they were asked for again. */
  readonly mended: number;
}

/** Part of a snapshot did not come, and may come a moment later. What came is in the lake, and the gap too. */
export class PartialSnapshotError extends Error {
  override readonly name = 'PartialSnapshotError';
}

/** Faults that may have passed when Lambda tries again, in a minute or two. */
const passingKinds: ReadonlySet<string> = new Set(['network', 'timeout', 'rate_limited', 'maintenance']);

const neverEnds = new AbortController().signal;
const composition = compose(Resource.ExchangeSettings);
const { config, logger, metrics, lake } = composition;
const venueOf = venuesOf(composition);
const jobs = new SnapshotJobs({ lake, venueOf });
const schedules = schedulesOf(config);

/**
 * Takes a snapshot: of a slot of the schedule, or one that the API was asked for.
 * @throws what {@link ofSlot} throws; StoreError
 */
export function handler(event: unknown, context: Context): Promise<SnapshotResult | SnapshotTaken> {
  if (typeof event !== 'object' || event === null || !('request' in event)) return ofSlot(event, context);
  const { request } = requestEvent.parse(event);
  return new SnapshotTaker({ config, lake, venueOf, signal: timeLeft(context) }).take(request);
}

/**
 * Takes the snapshot of a slot of the schedule. Firing it again, twice at once, or after a crash adds nothing twice: what a
 * slot lacks is all that is asked for again.
 * @throws SnapshotFailure when nothing came, PartialSnapshotError when something is lacking, StoreError: Lambda tries again
 * later, and puts the event among the dead letters in the end.
 */
async function ofSlot(event: unknown, context: Context): Promise<SnapshotResult> {
  const { dataset, exchange, scheduled } = snapshotEvent.parse(event);
  const job = schedules.find((one) => one.dataset === dataset && one.exchange === exchange);
  if (job === undefined) throw new RangeError(`${exchange} ${dataset}: not among the snapshots of the settings`);
  const slot = new Schedule(job.every).slotAt(scheduled);
  const about = { dataset, exchange, slot: isoTime(slot) };
  const dimensions = { exchange, dataset };
  try {
    const result = await take(job, slot, timeLeft(context));
    logger.info({ ...about, ...result }, `${exchange} ${dataset}: ${result.outcome}, ${result.rows} rows`);
    metrics.put(dimensions, { SnapshotsStored: 1, SnapshotFailures: 0, SnapshotRows: result.rows });
    return result;
  } catch (error) {
    logger.error({ ...about, error }, `${exchange} ${dataset}: ${error instanceof Error ? error.message : error}`);
    const isPartial = error instanceof PartialSnapshotError;
    metrics.put(dimensions, { SnapshotFailures: 1, ...(isPartial && { SnapshotsStored: 1 }) });
    throw error;
  }
}

async function take(job: ScheduledSnapshot, slot: number, deadline: AbortSignal): Promise<SnapshotResult> {
  const report = await jobs.run(job, slot, neverEnds, deadline);
  tell(job, report);
  const { outcome, rows } = report;
  const result = { slot: isoTime(slot), outcome, rows, mended: 0 };
  if (outcome === 'not_offered') return result;
  const again = deadline.aborted ? { rows: 0, failures: report.failures } : await mend(job, slot, deadline);
  if (again === null) return result;
  const lacking = again.failures.filter(({ kind }) => passingKinds.has(kind));
  if (lacking.length > 0) {
    const names = lacking.slice(0, 3).map(({ symbol, message }) => `${symbol ?? 'all'}: ${message}`);
    throw new PartialSnapshotError(`${lacking.length} did not come: ${names.join('; ')}`);
  }
  return { ...result, rows: rows + again.rows, mended: again.rows };
}

/** Asks again for what is lacking; null when nothing is. */
async function mend(
  job: ScheduledSnapshot,
  slot: number,
  deadline: AbortSignal,
): Promise<{ rows: number; failures: readonly Failure[] } | null> {
  try {
    const report = await jobs.mend(job, slot, neverEnds, deadline);
    if (report !== null) tell(job, report);
    return report;
  } catch (error) {
    if (error instanceof SnapshotFailure) return { rows: 0, failures: error.failures };
    throw error;
  }
}

function tell({ exchange, dataset }: ScheduledSnapshot, { failures, rejected, notices }: SnapshotReport): void {
  for (const notice of notices) logger.info({ exchange, dataset }, notice);
  for (const { symbol, message, kind } of failures) logger.warn({ exchange, dataset, symbol, kind }, message);
  for (const reason of rejected) logger.warn({ exchange, dataset }, reason);
}
