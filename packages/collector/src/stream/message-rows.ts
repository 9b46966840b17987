import { Mapping } from '@feedlake/exchanges';
import { type AnyRow, type DatasetName, parseJson } from '@feedlake/schema';
import type { NativeVenue } from '../native-venue.ts';
import { RowBuffer } from '../row-buffer.ts';

/** The rows of one message about one dataset and instrument. */
export interface RowGroup {
  readonly dataset: DatasetName;
  /** The venue's own name. */
  readonly venueSymbol: string;
  readonly rows: AnyRow[];
}

/** What a message of a stream holds. */
export interface MessageRows {
  readonly groups: readonly RowGroup[];
  /** Why something in it is no row, one reason each. */
  readonly rejected: readonly string[];
}

/**
 * Maps a message of a stream.
 * @param received Microseconds.
 * @throws SyntaxError when it is no JSON.
 */
export function messageRows(
  venue: Pick<NativeVenue, 'id' | 'adapter' | 'reference'>,
  text: string,
  received: number,
  source: 'live' | 'simulated',
): MessageRows {
  const buffer = new RowBuffer();
  const { adapter, reference } = venue;
  const origin = { exchange: venue.id, received, source, request: null, reference, symbolOf: adapter.symbolOf };
  adapter.message(parseJson(text), new Mapping(origin, buffer));
  return { groups: grouped(buffer), rejected: buffer.rejected };
}

/** Rows by dataset and instrument, in the order they came. */
export function grouped({ rows }: RowBuffer): RowGroup[] {
  const groups = new Map<string, RowGroup>();
  for (const { dataset, row } of rows) {
    const venueSymbol = String(row.venue_symbol);
    const key = `${dataset} ${venueSymbol}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { dataset, venueSymbol, rows: [row as AnyRow] });
    else group.rows.push(row as AnyRow);
  }
  return [...groups.values()];
}
