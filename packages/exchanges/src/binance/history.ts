import type { History, Pages } from '../adapter.ts';
import { firstMs, lastMs } from '../range.ts';
import { arrayOf, msTime, objectOf } from '../value.ts';

const periods: Readonly<Record<number, string>> = {
  300: '5m',
  900: '15m',
  1800: '30m',
  3600: '1h',
  7200: '2h',
  14400: '4h',
  21600: '6h',
  43200: '12h',
  86400: '1d',
};

const perPage = 500;

/**
 * `/futures/data/openInterestHist` has no cursor and keeps about a month: walked in windows that hold at most one
 * page of buckets, so that no page can be cut short.
 */
export const openInterestHistory: History = {
  periods: Object.keys(periods).map(Number),
  horizonSeconds: 30 * 86_400,
  *pages({ symbol, from, to, periodSeconds }): Pages {
    const width = perPage * (periodSeconds ?? 3600) * 1000;
    const last = lastMs(to);
    for (let start = firstMs(from); start <= last; start += width) {
      const range = `startTime=${start}&endTime=${Math.min(start + width - 1, last)}`;
      yield {
        method: 'GET',
        path: `/futures/data/openInterestHist?symbol=${encodeURIComponent(symbol)}&period=${periods[periodSeconds ?? 3600]}&limit=${perPage}&${range}`,
        costs: { futures_data: 1 },
      };
    }
  },
};

const fundingPerPage = 1000;

/** `/fapi/v1/fundingRate` ascends from `startTime`: the next page starts after the last row of the one before. */
export const fundingHistory: History = {
  periods: null,
  horizonSeconds: null,
  *pages({ symbol, from, to }): Pages {
    const end = lastMs(to);
    for (let start = firstMs(from); start <= end; ) {
      const { value } = yield {
        method: 'GET',
        path: `/fapi/v1/fundingRate?symbol=${encodeURIComponent(symbol)}&startTime=${start}&endTime=${end}&limit=${fundingPerPage}`,
        costs: { funding: 1 },
      };
      const rows = arrayOf(value) ?? [];
      const last = Math.max(...rows.map((row) => msTime(objectOf(row)?.fundingTime) ?? 0));
      if (rows.length < fundingPerPage || last / 1000 < start) return;
      start = last / 1000 + 1;
    }
  },
};
