import type { DatasetName } from '@feedlake/schema';
import type { NotOffered } from '../adapter.ts';
import { entryOf } from '../value.ts';
import type { StreamedDataset, StreamedInstrument, StreamTopic } from './streams.ts';

/** How often a feed is heard of. */
export type Cadence = Pick<StreamTopic, 'silenceMs' | 'sparse'>;

/** Comes at least every few seconds, whatever the market does. */
export const steady: Cadence = { silenceMs: 30_000, sparse: false };
/** Comes when a quote changes: at once with a lively instrument, seldom with a dead one. */
export const onChange: Cadence = { silenceMs: 30_000, sparse: true };
/** Comes when something happens: a trade, a liquidation. */
export const onEvent: Cadence = { silenceMs: 60_000, sparse: true };

/**
 * Changes of an order book. Those of a perpetual never rest, as market makers follow a mark price that moves every
 * second; a dated future may be left alone.
 */
export function ofABook({ type }: StreamedInstrument): Cadence {
  return type === 'perpetual' ? steady : onChange;
}

/** A feed of one instrument. */
export type Feed = (instrument: StreamedInstrument) => Omit<StreamTopic, 'dataset' | 'instrument'>;

/** The feeds of a venue, by the dataset that they bring. */
export type Feeds = Readonly<Partial<Record<StreamedDataset, readonly Feed[] | NotOffered>>>;

/** The topics that bring a dataset of instruments, or the way out where the venue has no feeds for it. */
export function topicsOf(
  name: string,
  dataset: DatasetName,
  instruments: readonly StreamedInstrument[],
  feeds: Feeds,
): readonly StreamTopic[] | NotOffered {
  const offered = entryOf(feeds, dataset);
  if (offered === undefined) return notStreamed(name, dataset);
  if ('notOffered' in offered) return offered;
  const streamed = { dataset: dataset as StreamedDataset };
  return instruments.flatMap((instrument) => offered.map((feed) => ({ ...feed(instrument), ...streamed, instrument })));
}

function notStreamed(name: string, dataset: DatasetName): NotOffered {
  switch (dataset) {
    case 'open_interest':
    case 'funding_rates':
    case 'instruments':
      return { notOffered: `${name} streams no ${dataset}: snapshots poll them (setting snapshots.${dataset}).` };
    case 'coverage':
      return { notOffered: 'coverage is no channel: it is written along with whatever is collected.' };
    case 'raw':
      return {
        notOffered: 'raw is no channel: streamer.raw names the exchanges whose messages are kept as they came.',
      };
    default:
      return { notOffered: `${name} streams no ${dataset}.` };
  }
}

/** Feeds of candles: one for each width wanted, by the venue's name of it; or which widths the venue lacks. */
export function candleFeeds(
  name: string,
  widths: Readonly<Record<number, string>>,
  wanted: readonly number[],
  feed: (width: string) => Feed,
): readonly Feed[] | NotOffered {
  const missing = wanted.filter((seconds) => !Object.hasOwn(widths, seconds));
  if (missing.length > 0) {
    return {
      notOffered: `${name} has no candles of ${missing.join(', ')} s; it has ${Object.keys(widths).join(', ')} s.`,
    };
  }
  return wanted.flatMap((seconds) => widths[seconds] ?? []).map(feed);
}
