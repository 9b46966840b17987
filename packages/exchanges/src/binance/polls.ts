import { floorTo, second } from '@feedlake/schema';
import type { RestRequest } from '@feedlake/transport';
import type { Pages } from '../adapter.ts';
import type { Poll, PollQuery, Streams } from '../stream/streams.ts';
import { arrayOf, integerOf, objectOf } from '../value.ts';
import { widths } from './widths.ts';

function get(path: string, weight: number): RestRequest {
  return { method: 'GET', path, costs: { weight } };
}

/** The whole book, as deep as it is given: 1000 levels a side (weight 20). */
export function wholeBook(venueSymbol: string): RestRequest {
  return get(`/fapi/v1/depth?symbol=${encodeURIComponent(venueSymbol)}&limit=1000`, 20);
}

const perPage = 1000;

/** `aggTrades` go on from an id, in pages of 1000 (weight 20); without one the newest come. */
function* trades({ symbol, lastTradeId }: PollQuery): Pages {
  const path = `/fapi/v1/aggTrades?symbol=${encodeURIComponent(symbol)}&limit=${perPage}`;
  let last = integerOf(lastTradeId);
  if (last === null) {
    yield get(path, 20);
    return;
  }
  for (;;) {
    const { value } = yield get(`${path}&fromId=${last + 1}`, 20);
    const ids = (arrayOf(value) ?? []).map((trade) => integerOf(objectOf(trade)?.a) ?? 0);
    const newest = Math.max(last, ...ids);
    if (ids.length < perPage || newest === last) return;
    last = newest;
  }
}

function* books({ symbol }: PollQuery): Pages {
  yield wholeBook(symbol);
}

/** Best prices and last prices of all symbols, weights 5 and 2. Mark prices are polled with funding rates. */
function* tickers(): Pages {
  yield get('/fapi/v1/ticker/bookTicker', 5);
  yield get('/fapi/v1/ticker/price', 2);
}

/** The candles from the one on that was open at the last poll: weight 1 for less than 100. */
function* candles({ symbol, since, options }: PollQuery): Pages {
  for (const seconds of options.candleSeconds) {
    const startTime = floorTo(since, seconds * second) / 1000;
    yield get(
      `/fapi/v1/klines?symbol=${encodeURIComponent(symbol)}&interval=${widths[seconds]}&startTime=${startTime}&limit=99`,
      1,
    );
  }
}

const each = { bulk: false, resumes: false };

/** Within 2400 of weight a minute, for all instruments together. */
export const polls: Streams['polls'] = {
  trades: { everyMs: 10_000, bulk: false, resumes: true, pages: trades },
  book_deltas: { everyMs: 10_000, ...each, pages: books },
  tickers: { everyMs: 5_000, bulk: true, resumes: false, pages: tickers },
  candles: { everyMs: 30_000, ...each, pages: candles },
} satisfies Record<string, Poll>;
