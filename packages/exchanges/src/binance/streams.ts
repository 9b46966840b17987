import type { Streams } from '../stream/streams.ts';
import { polls, wholeBook } from './polls.ts';
import { routes } from './routes.ts';
import { scanBook } from './scan-book.ts';
import { scanTrades } from './scan-trades.ts';
import { sequencer } from './sequence.ts';
import { topics } from './topics.ts';

/** What Binance streams of USD-M futures. Aggregate trades are numbered one by one, per symbol. */
export const streams: Streams = {
  routes,
  topics,
  books: { snapshot: wholeBook, order: 'sequence', sequencer },
  replays: { events: [], states: [] },
  tradeIdsAreConsecutive: true,
  scan: { trades: scanTrades, books: scanBook },
  polls,
};
