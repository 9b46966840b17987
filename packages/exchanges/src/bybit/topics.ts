import { candleFeeds, type Feed, type Feeds, ofABook, onEvent, steady, topicsOf } from '../stream/feed.ts';
import type { StreamedInstrument, Streams } from '../stream/streams.ts';
import { options as schema } from './options.ts';
import { widths } from './widths.ts';

function topic({ venue_symbol }: StreamedInstrument, channel: string) {
  return { topic: `${channel}.${venue_symbol}`, channel, route: 'linear' };
}

const candles =
  (width: string): Feed =>
  (one) => ({ ...topic(one, `kline.${width}`), ...onEvent });

/** Tickers hold mark and index price, which never rest. */
export const topics: Streams['topics'] = (dataset, instruments, { candleSeconds, options }) => {
  const { book_depth } = schema.parse(options);
  const feeds: Feeds = {
    trades: [(one) => ({ ...topic(one, 'publicTrade'), ...onEvent })],
    book_deltas: [(one) => ({ ...topic(one, `orderbook.${book_depth}`), ...ofABook(one) })],
    liquidations: [(one) => ({ ...topic(one, 'allLiquidation'), ...onEvent })],
    tickers: [(one) => ({ ...topic(one, 'tickers'), ...steady })],
    candles: candleFeeds('Bybit', widths, candleSeconds, candles),
  };
  return topicsOf('Bybit', dataset, instruments, feeds);
};
