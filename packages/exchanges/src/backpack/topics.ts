import { candleFeeds, type Feed, type Feeds, ofABook, onChange, onEvent, steady, topicsOf } from '../stream/feed.ts';
import type { StreamedInstrument, Streams, StreamTopic } from '../stream/streams.ts';
import { widths } from './widths.ts';

function topic({ venue_symbol }: StreamedInstrument, channel: string) {
  return { topic: `${channel}.${venue_symbol}`, channel, route: 'all' };
}

const candles =
  (width: string): Feed =>
  (one) => ({ ...topic(one, `kline.${width}`), ...onEvent });

const feeds = {
  trades: [(one) => ({ ...topic(one, 'trade'), ...onEvent })],
  book_deltas: [(one) => ({ ...topic(one, 'depth'), ...ofABook(one) })],
  // Mark prices come every second, the others when they change.
  tickers: [
    (one) => ({ ...topic(one, 'markPrice'), ...steady }),
    (one) => ({ ...topic(one, 'bookTicker'), ...onChange }),
    (one) => ({ ...topic(one, 'ticker'), ...onChange }),
  ],
  // Every 60 s.
  open_interest: [(one) => ({ ...topic(one, 'openInterest'), silenceMs: 180_000, sparse: false })],
} satisfies Feeds;

export const topics: Streams['topics'] = (dataset, instruments, { candleSeconds }) =>
  dataset === 'liquidations'
    ? liquidations(instruments)
    : topicsOf('Backpack', dataset, instruments, {
        ...feeds,
        candles: candleFeeds('Backpack', widths, candleSeconds, candles),
      });

/** The specification of August 2026 has one stream for all markets, newer material one for each. */
function liquidations(instruments: readonly StreamedInstrument[]): StreamTopic[] {
  if (instruments.length === 0) return [];
  const common = { channel: 'liquidation', route: 'liquidations', dataset: 'liquidations', ...onEvent } as const;
  const own = instruments.map((instrument) => ({
    ...common,
    topic: `liquidation.${instrument.venue_symbol}`,
    instrument,
    alternatives: ['liquidation'],
  }));
  return [{ ...common, topic: 'liquidation', instrument: null, alternatives: own.map((one) => one.topic) }, ...own];
}
