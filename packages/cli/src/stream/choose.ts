import { type Failure, failureOf, NativeVenue, select, type Venue, type Wanted } from '@feedlake/collector';
import { milliseconds } from '@feedlake/config';
import type { StreamedDataset } from '@feedlake/exchanges';
import type { Context } from '../context.ts';

/** What of one exchange is to be streamed. */
export interface Chosen {
  readonly exchange: string;
  /** `all`, or the venue's own names. */
  readonly symbols: Wanted;
  /** How many symbols those are. */
  readonly count: number;
}

/** What came of looking at one exchange. */
export interface Choice {
  readonly chosen: Chosen | null;
  readonly failures: readonly Failure[];
  /** Why the exchange has no such stream; null = it has. */
  readonly notOffered: string | null;
}

/**
 * Finds the instruments that a person named at an exchange, and whether it streams the dataset. Notices are said.
 * @throws the signal's reason.
 */
export async function choose(
  context: Context,
  venue: Venue,
  dataset: StreamedDataset,
  wanted: Wanted,
): Promise<Choice> {
  if (!(venue instanceof NativeVenue)) {
    const notOffered = `${venue.id} goes through ccxt; streams need an adapter of feedlake's own.`;
    return { chosen: null, failures: [], notOffered };
  }
  const settings = context.config.exchanges[venue.id];
  const { signal } = context;
  try {
    const { instruments, failures, notices } = await select(venue, wanted, signal);
    for (const notice of notices) context.say(notice);
    const candleSeconds = (settings?.candle_intervals ?? []).map((width) => milliseconds(width) / 1000);
    const topics = venue.adapter.streams.topics(dataset, instruments, {
      candleSeconds,
      options: settings?.options ?? {},
    });
    if ('notOffered' in topics) return { chosen: null, failures, notOffered: topics.notOffered };
    const symbols = wanted === 'all' ? wanted : instruments.map(({ venue_symbol }) => venue_symbol);
    const chosen = instruments.length === 0 ? null : { exchange: venue.id, symbols, count: instruments.length };
    return { chosen, failures, notOffered: null };
  } catch (error) {
    return { chosen: null, failures: [failureOf(venue.id, null, error, signal)], notOffered: null };
  }
}
