import { floorTo, hour, minute } from '@feedlake/schema';
import type { History, NotOffered, Pages } from '../adapter.ts';
import { firstMs, lastMs } from '../range.ts';
import { arrayOf, msTime, objectOf } from '../value.ts';
import { info } from './rest.ts';

/** The API has the present open interest only. */
export const openInterestHistory: NotOffered = {
  notOffered:
    'Hyperliquid offers no history of open interest. Record it with snapshots from now on, or take the past from ' +
    "the venue's S3 archive (bucket hyperliquid-archive, asset_ctxs).",
};

/** Rows that a page is taken to hold at most when its weight is reckoned: 500 are documented, 1038 were seen. */
const rowsPerPage = 1100;

/**
 * `fundingHistory` ascends from `startTime` in pages of no reliable size: the next page starts after the last row of
 * the one before, until none is left. Rows come every hour, stamped some milliseconds after it, so half a minute more
 * is asked for and no page is needed when the range holds no further hour.
 */
export const fundingHistory: History = {
  periods: null,
  horizonSeconds: null,
  *pages({ symbol, from, to }): Pages {
    const endTime = lastMs(to + minute / 2);
    for (let startTime = firstMs(from); startTime <= endTime; ) {
      const { value } = yield info(
        { type: 'fundingHistory', coin: symbol, startTime, endTime },
        20 + Math.ceil(Math.min(rowsPerPage, (endTime - startTime) / 3_600_000 + 1) / 20),
      );
      const times = (arrayOf(value) ?? []).map((row) => msTime(objectOf(row)?.time) ?? 0);
      const last = Math.max(0, ...times);
      if (last < startTime * 1000 || floorTo(last, hour) + hour > endTime * 1000) return;
      startTime = last / 1000 + 1;
    }
  },
};
