import { candleFeeds, type Feed, ofABook, onChange, onEvent, steady, topicsOf } from '../stream/feed.ts';
import type { StreamedInstrument, Streams } from '../stream/streams.ts';
import type { routes } from './routes.ts';
import { widths } from './widths.ts';

type Route = keyof typeof routes;

/** A stream's name has the symbol in small letters, whatever payloads have. */
function stream({ venue_symbol }: StreamedInstrument, route: Route, channel: string, speed = '') {
  return { topic: `${venue_symbol.toLowerCase()}@${channel}${speed}`, channel, route };
}

const feeds = {
  trades: [(one) => ({ ...stream(one, 'market', 'aggTrade'), ...onEvent })],
  book_deltas: [(one) => ({ ...stream(one, 'public', 'depth', '@100ms'), ...ofABook(one) })],
  liquidations: [(one) => ({ ...stream(one, 'market', 'forceOrder'), ...onEvent })],
  // Mark prices come every second, the others when they change.
  tickers: [
    (one) => ({ ...stream(one, 'market', 'markPrice', '@1s'), ...steady }),
    (one) => ({ ...stream(one, 'public', 'bookTicker'), ...onChange }),
    (one) => ({ ...stream(one, 'market', 'ticker'), ...onChange }),
  ],
} satisfies Record<string, readonly Feed[]>;

/** Open interest has no stream (only options have one). */
export const topics: Streams['topics'] = (dataset, instruments, { candleSeconds }) =>
  topicsOf('Binance', dataset, instruments, {
    ...feeds,
    candles: candleFeeds('Binance', widths, candleSeconds, (width) => (one) => ({
      ...stream(one, 'market', `kline_${width}`),
      ...onEvent,
    })),
  });
