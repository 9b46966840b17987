import { shareOf } from './completeness.ts';
import { claimOf } from './kind.ts';
import type { CoverageRow } from './row.ts';
import type { Timeline } from './timeline.ts';

/**
 * The covered share of what is owed of one dataset of one exchange, in which every symbol weighs the same, also where one
 * timeline stands for all that have none of their own. How many these are is an estimate: a snapshot of all symbols has
 * about one row of each. Where no snapshot tells, they weigh as one.
 * @param rows what the timelines were resolved from, at least of this exchange
 * @returns from 0 to 1; null where nothing is owed.
 */
export function shareOfSymbols(timelines: readonly Timeline[], rows: readonly CoverageRow[]): number | null {
  const time = { covered: 0, gap: 0 };
  for (const timeline of timelines) {
    const weight = timeline.symbol === null ? othersOf(timeline, timelines, rows) : 1;
    for (const { state, from, to } of timeline.stretches) {
      if (state !== 'unknown') time[state] += (to - from) * weight;
    }
  }
  return shareOf(time);
}

/** How many symbols have no timeline of their own; at least 1. */
function othersOf({ dataset, kind }: Timeline, timelines: readonly Timeline[], rows: readonly CoverageRow[]): number {
  if (kind !== 'snapshot') return 1;
  const named = timelines.filter((one) => one.dataset === dataset && one.kind === kind && one.symbol !== null).length;
  let all = 0;
  for (const row of rows) {
    const isOfAll =
      row.dataset === dataset && (row.symbol ?? null) === null && claimOf(row.detail ?? null).kind === kind;
    if (isOfAll && row.state === 'covered') all = Math.max(all, row.rows ?? 0);
  }
  return Math.max(1, all - named);
}
