import { floorTo, second } from '@feedlake/schema';
import type { RestRequest } from '@feedlake/transport';
import type { Pages } from '../adapter.ts';
import type { Poll, PollQuery, Streams } from '../stream/streams.ts';
import { widths } from './widths.ts';

function get(path: string): RestRequest {
  return { method: 'GET', path, costs: { requests: 1 } };
}

/** The whole book, as deep as it is given: 1000 levels a side. */
export function wholeBook(venueSymbol: string): RestRequest {
  return get(`/api/v1/depth?symbol=${encodeURIComponent(venueSymbol)}&limit=1000`);
}

/** The newest 1000 trades. */
function* trades({ symbol }: PollQuery): Pages {
  yield get(`/api/v1/trades?symbol=${encodeURIComponent(symbol)}&limit=1000`);
}

function* books({ symbol }: PollQuery): Pages {
  yield wholeBook(symbol);
}

/** Last prices of all markets. Mark prices are polled with funding rates. */
function* tickers(): Pages {
  yield get('/api/v1/tickers');
}

/** The candles from the one on that was open at the last poll; times are in seconds. */
function* candles({ symbol, since, options }: PollQuery): Pages {
  for (const seconds of options.candleSeconds) {
    const startTime = floorTo(since, seconds * second) / second;
    yield get(`/api/v1/klines?symbol=${encodeURIComponent(symbol)}&interval=${widths[seconds]}&startTime=${startTime}`);
  }
}

const each = { bulk: false, resumes: false };

/** Within 2000 requests a minute, for all instruments together. */
export const polls: Streams['polls'] = {
  trades: { everyMs: 5_000, ...each, pages: trades },
  book_deltas: { everyMs: 5_000, ...each, pages: books },
  tickers: { everyMs: 5_000, bulk: true, resumes: false, pages: tickers },
  candles: { everyMs: 30_000, ...each, pages: candles },
} satisfies Record<string, Poll>;
