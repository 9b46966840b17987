import type { AnyRow } from '@feedlake/schema';
import type { TradeIntake } from './trade-intake.ts';

/** So many ids of a reply are kept, to see whether the next one reaches back to it. */
const mostIds = 100;

export interface PolledTrades {
  /** Those that may be new. */
  readonly fresh: readonly AnyRow[];
  /** Whether all is in the reply since the last one; null where the numbers of trades tell that. */
  readonly isWhole: boolean | null;
  /** Ids of the newest that are known by now, for the next reply; null = none came yet. */
  readonly lastIds: ReadonlySet<string> | null;
}

/**
 * What of the trades in a reply, in the order they happened, may be new. Most venues give the newest so many of them,
 * some from before this start, or from longer ago than ids are remembered. These come before the first one that is known,
 * or before anything was owed; they are remembered, and not taken.
 * @param lastIds those of the replies before; null = there was none.
 */
export function polledTrades(
  intake: TradeIntake,
  rows: readonly AnyRow[],
  { lastIds, isNumbered }: { readonly lastIds: ReadonlySet<string> | null; readonly isNumbered: boolean },
): PolledTrades {
  const { isEmpty, entry } = intake;
  const isKnown = (row: AnyRow) => (lastIds ?? intake).has(idOf(row));
  const isOwed = ({ ts_event }: AnyRow) => Number(ts_event) >= (entry.owedFrom ?? 0);
  const found = isEmpty ? rows.findIndex(isOwed) : isNumbered ? 0 : rows.findIndex(isKnown);
  const start = found >= 0 ? found : isEmpty ? rows.length : 0;
  for (const row of rows.slice(0, start)) intake.remember(row);
  return {
    fresh: rows.slice(start),
    isWhole: isNumbered ? null : isEmpty ? start > 0 || rows.length === 0 : found >= 0,
    lastIds: rows.length === 0 ? lastIds : new Set(rows.slice(-mostIds).map(idOf)),
  };
}

function idOf({ trade_id }: AnyRow): string {
  return String(trade_id);
}
