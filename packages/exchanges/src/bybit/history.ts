import type { History, Page, Pages } from '../adapter.ts';
import { firstMs, lastMs } from '../range.ts';
import { integerOf, objectOf } from '../value.ts';
import { cursorParameter, get, pageOf } from './snapshot.ts';

const periods: Readonly<Record<number, string>> = {
  300: '5min',
  900: '15min',
  1800: '30min',
  3600: '1h',
  14400: '4h',
  86400: '1d',
};

const perPage = 200;

/**
 * `GET /v5/market/open-interest` gives the newest buckets of a range first: walked in windows that hold at most one
 * page of them, so that no page can be cut short.
 */
export const openInterestHistory: History = {
  periods: Object.keys(periods).map(Number),
  horizonSeconds: null,
  *pages({ symbol, from, to, periodSeconds }): Pages {
    const seconds = periodSeconds ?? 3600;
    const width = perPage * seconds * 1000;
    const last = lastMs(to);
    const query = `category=linear&symbol=${encodeURIComponent(symbol)}&intervalTime=${periods[seconds]}&limit=${perPage}`;
    for (let start = firstMs(from); start <= last; start += width) {
      const range = `startTime=${start}&endTime=${Math.min(start + width - 1, last)}`;
      yield* windowPages(`/v5/market/open-interest?${query}&${range}`, start + seconds * 1000);
    }
  },
};

/**
 * The pages of one window, whose first bucket lies before `firstEnd` (ms). A page that does not reach it goes on at the
 * venue's cursor.
 */
function* windowPages(path: string, firstEnd: number): Pages {
  let cursor: string | null = null;
  let oldest = Number.POSITIVE_INFINITY;
  do {
    const page: Page = yield get(path + cursorParameter(cursor));
    const reached = oldestOf(page, 'timestamp');
    if (reached === null || reached < firstEnd || reached >= oldest) return;
    oldest = reached;
    cursor = pageOf(page.value).next;
  } while (cursor !== null);
}

/**
 * `GET /v5/market/funding/history` gives the newest settlements of a range first, and no cursor: the next page ends
 * before the oldest row of the one before. A start without an end is an error there, so both are always given.
 */
export const fundingHistory: History = {
  periods: null,
  horizonSeconds: null,
  *pages({ symbol, from, to }): Pages {
    const start = firstMs(from);
    for (let end = lastMs(to); end >= start; ) {
      const page = yield get(
        `/v5/market/funding/history?category=linear&symbol=${encodeURIComponent(symbol)}&limit=${perPage}&startTime=${start}&endTime=${end}`,
      );
      const oldest = oldestOf(page, 'fundingRateTimestamp');
      if (oldest === null || oldest > end) return;
      end = oldest - 1;
    }
  },
};

/** The oldest time in the raw rows of a page, in milliseconds; null when there is none. */
function oldestOf({ value }: Page, field: string): number | null {
  const times = pageOf(value).rows.flatMap((row) => integerOf(objectOf(row)?.[field]) ?? []);
  return times.length === 0 ? null : Math.min(...times);
}
