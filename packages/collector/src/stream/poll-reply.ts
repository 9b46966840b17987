import type { AnyRow, DatasetName } from '@feedlake/schema';
import type { RowBuffer } from '../row-buffer.ts';

/** The rows that a poll has brought of one dataset. */
export class PollReply {
  readonly #rows: ReadonlyMap<string, AnyRow[]>;
  readonly #order: (rows: readonly AnyRow[]) => AnyRow[];

  /** @param numbered whether the ids of trades tell their order */
  constructor(buffer: RowBuffer, dataset: DatasetName, numbered: boolean) {
    const rows = buffer.of(dataset) as readonly AnyRow[];
    this.#rows = Map.groupBy(rows, ({ venue_symbol }) => String(venue_symbol));
    // The rows of a book are one message.
    this.#order = dataset === 'book_deltas' ? (one) => [...one] : (one) => inOrder(one, numbered);
  }

  /** Rows in the order they happened: of one instrument by the venue's own name, or of all that are wanted. */
  of(venueSymbol: string | null, isWanted: (venueSymbol: string) => boolean): readonly AnyRow[] {
    if (venueSymbol !== null) return this.#order(this.#rows.get(venueSymbol) ?? []);
    return this.#order([...this.#rows].flatMap(([name, rows]) => (isWanted(name) ? rows : [])));
  }
}

/**
 * Rows by their time, and among equals by number or as they are listed: venues list the newest first, or the oldest.
 */
export function inOrder(rows: readonly AnyRow[], numbered: boolean): AnyRow[] {
  const time = (row: AnyRow | undefined) => Number(row?.ts_event ?? 0);
  const number = (row: AnyRow) => (numbered ? Number(row.trade_id ?? 0) : 0);
  const listed = time(rows[0]) > time(rows.at(-1)) ? rows.toReversed() : rows;
  return listed.toSorted((a, b) => time(a) - time(b) || number(a) - number(b));
}
