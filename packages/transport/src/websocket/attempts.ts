import type { Clock } from '../clock.ts';
import type { BudgetBook, Lease } from '../rest/budget-book.ts';
import { budgetBook } from '../rest/budget-registry.ts';
import type { Rate } from './rules.ts';

/** Between two attempts of this process at one venue, on average, in milliseconds. */
const spacingMs = 100;
const pool = 'attempts';

/** When the next attempt may start, by venue (µs): shared by all sessions of the process. */
const nextTurns = new Map<string, number>();

/**
 * The process's one book of the attempts to connect to a venue's hosts through one way out.
 * @param exit label of the way out
 */
export function attemptBook(
  exchange: string,
  hosts: readonly string[],
  exit: string,
  { count, seconds }: Rate,
  clock: Clock,
): BudgetBook {
  return budgetBook(exchange, hosts, exit, [{ pool, capacity: count, seconds }], clock);
}

export interface TurnOptions {
  readonly exchange: string;
  readonly book: BudgetBook;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * Waits until a connection may be attempted: within the venue's budget, and a little apart from all others to the same
 * venue, so that a hundred sockets that were cut at once do not knock at once.
 * @throws VenueError when the venue has banned us; the signal's reason.
 */
export async function takeTurn({ exchange, book, clock, random, signal }: TurnOptions): Promise<Lease> {
  const lease = await book.take({ [pool]: 1 }, { maxWaitMs: Number.POSITIVE_INFINITY, signal });
  const now = clock.now();
  const turn = Math.max(now, nextTurns.get(exchange) ?? 0);
  nextTurns.set(exchange, turn + 1000 * spacingMs * (0.5 + random()));
  try {
    if (turn > now) await clock.delay(Math.ceil((turn - now) / 1000), signal);
  } catch (error) {
    lease.cancel();
    throw error;
  }
  return lease;
}
