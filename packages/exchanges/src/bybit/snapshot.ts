import type { RestRequest } from '@feedlake/transport';
import type { Pages, Selection, Snapshot } from '../adapter.ts';
import { arrayOf, objectOf, textOf } from '../value.ts';

/** A `GET` of Bybit's: each costs one of the requests that an address may send. */
export function get(path: string): RestRequest {
  return { method: 'GET', path, costs: { requests: 1 } };
}

/** One call brings open interest and funding of all symbols. */
export const tickers: Snapshot = {
  bulk: true,
  pages: (selection) => [tickersOf(selection)],
};

function* tickersOf({ symbols }: Selection): Pages {
  const only = symbols?.length === 1 ? symbols[0] : undefined;
  yield get(`/v5/market/tickers?category=linear${only === undefined ? '' : `&symbol=${encodeURIComponent(only)}`}`);
}

/** Lists the instruments. There are more than a page holds: the next one starts at the cursor of the one before. */
export function* instruments(): Pages {
  const cursors = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null && !cursors.has(cursor); ) {
    cursors.add(cursor);
    const { value } = yield get(`/v5/market/instruments-info?category=linear&limit=1000${cursorParameter(cursor)}`);
    const { rows, next } = pageOf(value);
    cursor = rows.length === 0 ? null : next;
  }
}

/** The raw rows of a page, and the cursor of the next one; null at the end. */
export function pageOf(value: unknown): { rows: readonly unknown[]; next: string | null } {
  const result = objectOf(objectOf(value)?.result);
  return { rows: arrayOf(result?.list) ?? [], next: textOf(result?.nextPageCursor) };
}

/** The query parameter for a cursor. Bybit gives most of them percent-encoded already. */
export function cursorParameter(cursor: string | null): string {
  if (cursor === null || cursor === '') return '';
  return `&cursor=${/%[\dA-Fa-f]{2}/.test(cursor) ? cursor : encodeURIComponent(cursor)}`;
}
