import type { NotOffered } from '../adapter.ts';
import { candleFeeds, type Feed, type Feeds, onChange, onEvent, steady, topicsOf } from '../stream/feed.ts';
import type { StreamedInstrument, Streams, StreamTopic } from '../stream/streams.ts';
import { options as schema } from './options.ts';
import type { routes } from './routes.ts';
import { widths } from './widths.ts';

const openInterest: NotOffered = {
  notOffered:
    'Hyperliquid tells open interest in passing: the channel tickers has it every second. Snapshots poll it as ' +
    'open_interest (setting snapshots.open_interest).',
};

const noVaults: NotOffered = {
  notOffered:
    'Hyperliquid has no public feed of liquidations, and no vault is named whose fills show them: name some as ' +
    'options.liquidator_vaults.',
};

/** Whole books and contexts come at their pace, whatever the market does; best prices when they change. */
export const topics: Streams['topics'] = (dataset, instruments, { candleSeconds, options }) => {
  const { fast_books, liquidator_vaults } = schema.parse(options);
  const route: keyof typeof routes = fast_books ? 'fast' : 'all';
  if (dataset === 'liquidations') {
    if (liquidator_vaults.length === 0) return noVaults;
    return instruments.length === 0 ? [] : liquidator_vaults.map((vault) => fillsOf(vault, route));
  }
  const topic = ({ venue_symbol }: StreamedInstrument, channel: string) => {
    return { topic: `${channel}:${venue_symbol}`, channel, route };
  };
  const candles =
    (width: string): Feed =>
    (one) => ({ ...topic(one, `candle:${width}`), ...onEvent });
  const feeds: Feeds = {
    trades: [(one) => ({ ...topic(one, 'trades'), ...onEvent })],
    book_deltas: [(one) => ({ ...topic(one, 'l2Book'), ...steady })],
    tickers: [
      (one) => ({ ...topic(one, 'activeAssetCtx'), ...steady }),
      (one) => ({ ...topic(one, 'bbo'), ...onChange }),
    ],
    candles: candleFeeds('Hyperliquid', widths, candleSeconds, candles),
    open_interest: openInterest,
  };
  return topicsOf('Hyperliquid', dataset, instruments, feeds);
};

/** Fills of a vault that takes over liquidated positions, of whatever coin. */
function fillsOf(vault: string, route: string): StreamTopic {
  const topic = `userFills:${vault.toLowerCase()}`;
  return { topic, channel: 'userFills', route, dataset: 'liquidations', instrument: null, ...onEvent };
}
