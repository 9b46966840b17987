import { floorTo, minute } from '@feedlake/schema';
import type { ReplyMapper } from '../adapter.ts';
import type { Mapping } from '../mapping.ts';
import { anyTime, manyOf, objectOf, textOf } from '../value.ts';
import { partsOf } from './symbol.ts';

/**
 * `/api/v1/fundingRates`, newest first. The first row is the interval that is still open: its rate runs until the end
 * that it names. Right after that end a cached reply may still show the estimate on top, so a first row counts as
 * settled only once its end is a minute past; or never, where nobody knows when the reply was received.
 */
export const fundingRates: ReplyMapper = {
  method: 'GET',
  paths: ['/api/v1/fundingRates'],
  map(body, mapping) {
    const rows = manyOf(body).map((value) => objectOf(value) ?? {});
    const ends = rows.map((row) => anyTime(row.intervalEndTimestamp));
    const newest = Math.max(...ends.map((end) => end ?? 0));
    const isFirstPage = Number(mapping.parameter('offset') ?? 0) === 0;
    rows.forEach((row, index) => {
      const end = ends[index] ?? null;
      if (end === null) {
        mapping.reject(`funding_rates of ${row.symbol}: intervalEndTimestamp is no time: ${row.intervalEndTimestamp}`);
        return;
      }
      const open =
        end === newest && ((isFirstPage && mapping.origin.receivedIsGuess) || end > mapping.received - minute);
      mapping.row('funding_rates', row.symbol ?? mapping.parameter('symbol'), open ? null : end, {
        kind: open ? 'running' : 'settled',
        rate: textOf(row.fundingRate),
        funding_time: floorTo(end + minute / 2, minute),
        interval_seconds: open ? statedInterval(row.symbol, mapping) : null,
      });
    });
  },
};

/** `/api/v1/markPrices`: the running rate, charged at `nextFundingTimestamp`. It carries no time of its own. */
export const markPrices: ReplyMapper = {
  method: 'GET',
  paths: ['/api/v1/markPrices'],
  map(body, mapping) {
    for (const value of manyOf(body)) {
      const entry = objectOf(value) ?? {};
      const rate = textOf(entry.fundingRate);
      if (partsOf(String(entry.symbol))?.type === 'future') {
        mapping.ignore(`funding_rates of ${entry.symbol}: a dated future has no funding`);
        continue;
      }
      mapping.row('funding_rates', entry.symbol, null, {
        kind: 'running',
        rate,
        funding_time: anyTime(entry.nextFundingTimestamp),
        interval_seconds: statedInterval(entry.symbol, mapping),
        mark_price: textOf(entry.markPrice),
        index_price: textOf(entry.indexPrice),
      });
    }
  },
};

/** The interval that the market was listed with; null as long as the markets were not read. */
function statedInterval(symbol: unknown, mapping: Mapping): number | null {
  return mapping.reference.instruments.get(String(symbol))?.funding_interval_seconds ?? null;
}
