import type { Logger } from '@feedlake/telemetry';
import type { BackfillStatus } from './backfill.ts';

/** Faults of what was asked for, not of anything that is to be mended here. */
const askers: ReadonlySet<string> = new Set(['bad_symbol', 'not_offered']);

/** Logs where a backfill stands after a run. One that failed is an error, unless its request is to blame: a warning then. */
export function logBackfill(logger: Logger, { id, state, done, total, fetched, failures }: BackfillStatus): void {
  const about = { backfill: id, state, done, total, fetched, failures: failures.length };
  if (state !== 'failed') logger.info(about, `backfill ${id}: ${state}, ${fetched} rows`);
  else {
    const level = failures.every(({ kind }) => askers.has(kind)) ? 'warn' : 'error';
    logger[level](about, `backfill ${id} failed: ${failures[0]?.message}`);
  }
}
