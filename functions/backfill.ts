import { BackfillJobs, type BackfillStatus, logBackfill } from '@feedlake/collector';
import { now } from '@feedlake/schema';
import type { Context } from 'aws-lambda';
import { Resource } from 'sst';
import * as z from 'zod';
import { compose } from './shared/compose.ts';
import { invokeLater } from './shared/invoke.ts';
import { timeLeft } from './shared/time-left.ts';
import { venuesOf } from './shared/venues.ts';

const backfillEvent = z.object({ id: z.string() });

/** Storing what came needs longer than a snapshot does: up to 100,000 rows wait. */
const reserveMs = 45_000;

/** An invocation had all its time and nothing to show for it: going on would be for ever. */
export class StuckBackfillError extends Error {
  override readonly name = 'StuckBackfillError';
}

const composition = compose(Resource.ExchangeSettings);
const { logger, lake } = composition;
const venueOf = venuesOf(composition);
const jobs = new BackfillJobs({ lake, venueOf });

/**
 * Goes on with a backfill until its end, or until the time of the invocation is nearly over; then it invokes itself to go on
 * where it stopped.
 * @throws StuckBackfillError; StoreError: Lambda invokes it again later, and it goes on then.
 */
export async function handler(
  event: unknown,
  context: Context,
): Promise<Pick<BackfillStatus, 'id' | 'state' | 'fetched'>> {
  const { id } = backfillEvent.parse(event);
  const before = await jobs.status(id);
  const began = now();
  const status = await jobs.run(id, timeLeft(context, reserveMs));
  logBackfill(logger, status);
  const { state, done, total, fetched, updated } = status;
  if (state === 'running' && updated >= began) {
    if (isStuck(before, { done, total, fetched })) {
      const message = 'nothing came in all the time of an invocation';
      await jobs.abandon(id, message);
      throw new StuckBackfillError(`backfill ${id}: ${message}`);
    }
    await invokeLater(context.functionName, { id });
  }
  return { id, state, fetched };
}

/** Neither rows came nor is less left than before: what fails again and again is no progress. */
function isStuck(
  before: BackfillStatus | null,
  { done, total, fetched }: Pick<BackfillStatus, 'done' | 'total' | 'fetched'>,
): boolean {
  if (before === null || fetched > before.fetched) return false;
  if (before.total === null || total === null) return before.state === 'running';
  return total - done >= before.total - before.done;
}
