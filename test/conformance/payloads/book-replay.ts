import type { TaggedRow } from '@feedlake/collector';
import { plainDecimal, type Row } from '@feedlake/schema';

/** A book as a list of `[price, size]` per side, best first, all in plain form. */
export interface ReplayedBook {
  readonly bids: [price: string, size: string][];
  readonly asks: [price: string, size: string][];
  readonly dropped: number;
  readonly applied: number;
  readonly lastSeq: number;
}

type Delta = Row<'book_deltas'>;

/**
 * Replays book rows over the rows of a snapshot by Binance's rule ("How to manage a local order book correctly"):
 * messages that end before the snapshot are dropped, the first one applied spans its id, and each one after follows
 * the one before.
 * @throws Error when the chain is broken.
 */
export function replayBook(snapshot: readonly TaggedRow[], messages: readonly (readonly TaggedRow[])[]): ReplayedBook {
  const sides = { bid: new Map<string, string>(), ask: new Map<string, string>() };
  const apply = (row: Delta) => {
    if (row.side !== 'bid' && row.side !== 'ask') return;
    const price = plainDecimal(row.price ?? '');
    const size = plainDecimal(row.size ?? '');
    if (size === '0') sides[row.side].delete(price);
    else sides[row.side].set(price, size);
  };
  for (const row of deltas(snapshot)) apply(row);
  let lastSeq = deltas(snapshot)[0]?.last_seq ?? 0;
  let dropped = 0;
  let applied = 0;
  for (const rows of messages.map(deltas)) {
    const { first_seq: first = null, last_seq: last = null, prev_seq: previous = null } = rows[0] ?? {};
    if (first === null || last === null) throw new Error('a message without sequence numbers');
    if (applied === 0 && last < lastSeq) {
      dropped++;
      continue;
    }
    const follows = applied === 0 ? first <= lastSeq && lastSeq <= last : previous === lastSeq;
    if (!follows) throw new Error(`message ${first} to ${last} does not follow ${lastSeq}`);
    for (const row of rows) apply(row);
    lastSeq = last;
    applied++;
  }
  return { bids: sorted(sides.bid, -1), asks: sorted(sides.ask, 1), dropped, applied, lastSeq };
}

function deltas(rows: readonly TaggedRow[]): Delta[] {
  return rows.flatMap((tagged) => (tagged.dataset === 'book_deltas' ? [tagged.row] : []));
}

/** Prices have few digits, so their doubles sort like them. */
function sorted(levels: ReadonlyMap<string, string>, direction: 1 | -1): [string, string][] {
  return [...levels].sort(([a], [b]) => direction * (Number(a) - Number(b)));
}
