import { floorTo, second } from '@feedlake/schema';
import type { Pages } from '../adapter.ts';
import type { Poll, PollQuery, Streams } from '../stream/streams.ts';
import { get } from './snapshot.ts';
import { widths } from './widths.ts';

function path(name: string, symbol: string): string {
  return `/v5/market/${name}?category=linear&symbol=${encodeURIComponent(symbol)}`;
}

/** The newest 1000 trades: older ones can't be had. */
function* trades({ symbol }: PollQuery): Pages {
  yield get(`${path('recent-trade', symbol)}&limit=1000`);
}

function* books({ symbol }: PollQuery): Pages {
  yield get(`${path('orderbook', symbol)}&limit=200`);
}

/** The candles from the one on that was open at the last poll. */
function* candles({ symbol, since, now, options }: PollQuery): Pages {
  for (const seconds of options.candleSeconds) {
    const start = floorTo(since, seconds * second) / 1000;
    yield get(
      `${path('kline', symbol)}&interval=${widths[seconds]}&start=${start}&end=${Math.floor(now / 1000)}&limit=1000`,
    );
  }
}

const each = { bulk: false, resumes: false };

/** Within 600 requests in five seconds, for all instruments together. */
export const polls: Streams['polls'] = {
  trades: { everyMs: 5_000, ...each, pages: trades },
  book_deltas: { everyMs: 5_000, ...each, pages: books },
  candles: { everyMs: 30_000, ...each, pages: candles },
} satisfies Record<string, Poll>;
