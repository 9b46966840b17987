import type { Clock } from '../clock.ts';
import { BudgetBook } from './budget-book.ts';
import type { Budget } from './request.ts';

/** By the clock that they go by: budgets are stretches of time. A process has one, but for its tests. */
const booksByClock = new WeakMap<Clock, Map<string, BudgetBook>>();

/**
 * The process's one book for a venue's hosts as reached by one way out: venues count by IP address over all their
 * hosts, so all clients of the same hosts and rules share it, whatever name they know the venue by, and each proxy has
 * its own. It outlives its clients, as the venue's count does.
 * @param exchange for messages: the name by which the first client knows the venue
 * @param exit label of the way out: `direct` or the proxy's
 */
export function budgetBook(
  exchange: string,
  hosts: readonly string[],
  exit: string,
  budgets: readonly Budget[],
  clock: Clock,
): BudgetBook {
  const key = JSON.stringify([hosts.toSorted(), exit, budgets]);
  const books = booksByClock.get(clock) ?? new Map<string, BudgetBook>();
  booksByClock.set(clock, books);
  const known = books.get(key);
  if (known !== undefined) return known;
  const book = new BudgetBook(exchange, budgets, clock);
  books.set(key, book);
  return book;
}
