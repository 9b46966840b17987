import type { Streams } from '../stream/streams.ts';
import { polls } from './polls.ts';
import { routes } from './routes.ts';
import { scanBook } from './scan-book.ts';
import { scanTrades } from './scan-trades.ts';
import { BybitSequencer } from './sequencer.ts';
import { topics } from './topics.ts';

/** What Bybit streams of linear contracts. Books and tickers begin with a snapshot; trades have no numbers. */
export const streams: Streams = {
  routes,
  topics,
  books: { snapshot: null, order: 'time', sequencer: () => new BybitSequencer() },
  replays: { events: [], states: ['book_deltas', 'tickers'] },
  tradeIdsAreConsecutive: false,
  scan: { trades: scanTrades, books: scanBook },
  polls,
};
