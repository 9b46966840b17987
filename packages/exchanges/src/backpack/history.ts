import type { History, NotOffered, Pages } from '../adapter.ts';
import { anyTime, arrayOf, objectOf } from '../value.ts';

/** The API has the present open interest only. */
export const openInterestHistory: NotOffered = {
  notOffered: 'Backpack offers no history of open interest. Record it with snapshots from now on.',
};

const perPage = 1000;

/**
 * Rows that a page shares with the one before. Pages count from the newest row, so an hour that settles between two of
 * them moves every row on by one, and a page from the venue's cache may still count from the hour before.
 */
const overlap = 2;

/** `/api/v1/fundingRates` descends from now: paged until a row older than `from`, or until nothing older comes. */
export const fundingHistory: History = {
  periods: null,
  horizonSeconds: null,
  *pages({ symbol, from }): Pages {
    let oldest = Number.POSITIVE_INFINITY;
    for (let offset = 0; ; ) {
      const { value } = yield {
        method: 'GET',
        path: `/api/v1/fundingRates?symbol=${encodeURIComponent(symbol)}&limit=${perPage}&offset=${offset}`,
        costs: { requests: 1 },
      };
      const rows = arrayOf(value) ?? [];
      const last = Math.min(...rows.map((row) => anyTime(objectOf(row)?.intervalEndTimestamp) ?? oldest));
      if (rows.length === 0 || last <= from || last >= oldest) return;
      oldest = last;
      offset += Math.max(rows.length - overlap, 1);
    }
  },
};
