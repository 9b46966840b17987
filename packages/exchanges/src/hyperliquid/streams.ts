import type { Streams } from '../stream/streams.ts';
import { polls } from './polls.ts';
import { routes } from './routes.ts';
import { scanBook } from './scan-book.ts';
import { scanTrades } from './scan-trades.ts';
import { FrameSequencer } from './sequencer.ts';
import { topics } from './topics.ts';

/**
 * What Hyperliquid streams of perpetuals. On subscribing it sends the trades of the last seconds, the latest fills of
 * a user, and the present books and best prices.
 */
export const streams: Streams = {
  routes,
  topics,
  books: { snapshot: null, order: 'time', sequencer: () => new FrameSequencer() },
  replays: { events: ['trades', 'liquidations'], states: ['book_deltas', 'tickers'] },
  tradeIdsAreConsecutive: false,
  scan: { trades: scanTrades, books: scanBook },
  polls,
};
