import type { DatasetName, Row } from '@feedlake/schema';
import type { RestRequest, Subscription, WebSocketRules } from '@feedlake/transport';
import type { NotOffered, Pages } from '../adapter.ts';
import type { BookSequencer } from '../book/sequencer.ts';
import type { ScanBook, ScanTrades } from './hot.ts';

/** The datasets that streams fill. */
export type StreamedDataset = Extract<
  DatasetName,
  'trades' | 'book_deltas' | 'liquidations' | 'tickers' | 'candles' | 'open_interest'
>;

/** One feed of a venue, as it is subscribed to. */
export interface StreamTopic extends Subscription {
  /** Name of the route that serves it: a key of {@link Streams.routes}. */
  readonly route: string;
  readonly dataset: StreamedDataset;
  /** The instrument that it is about; null = any (a feed of an account or of the whole market). */
  readonly instrument: StreamedInstrument | null;
}

/** What a feed has to know of an instrument. */
export type StreamedInstrument = Pick<Row<'instruments'>, 'symbol' | 'venue_symbol' | 'type'>;

export interface TopicOptions {
  /** Widths of the candles wanted, in seconds. */
  readonly candleSeconds: readonly number[];
  /** The adapter's own options, as its schema has validated them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** How the order books of a venue are kept. */
export interface BookKeeping {
  /**
   * The request for a whole book that deltas are joined to; null where the stream itself begins with a whole book, and
   * is asked for one anew by subscribing again.
   */
  readonly snapshot: ((venueSymbol: string) => RestRequest) | null;
  /**
   * What tells the order of one instrument's messages: their sequence numbers, which only ever grow, or their times.
   * A snapshot that was asked for may carry a time that is out of the sequence's order.
   */
  readonly order: 'sequence' | 'time';
  /** Follows the sequence of one instrument's messages. */
  sequencer(): BookSequencer;
}

/** What a venue says again on subscribing, so that it has to be recognised. */
export interface Replays {
  /** The first message holds trades or liquidations from before. */
  readonly events: readonly StreamedDataset[];
  /** The first message repeats the last known state, with the time of that state. */
  readonly states: readonly StreamedDataset[];
}

/** What is polled, and what is known of it. */
export interface PollQuery {
  /** The venue's own name of the instrument; of no account to a {@link Poll.bulk} poll. */
  readonly symbol: string;
  /** id of the newest trade known; null = none. A venue that can go on from there does. */
  readonly lastTradeId: string | null;
  /** What happened from then on is wanted, as far as the venue can be asked by time: microseconds, inclusive. */
  readonly since: number;
  /** Microseconds. */
  readonly now: number;
  readonly options: TopicOptions;
}

/** Polling in place of a feed, where no WebSocket can be had. */
export interface Poll {
  /** How often it is worth asking, in milliseconds. */
  readonly everyMs: number;
  /** One poll brings all instruments, and others beside those that are wanted. */
  readonly bulk: boolean;
  /** Whether a poll of trades brings all since `lastTradeId`, however many; else at most the newest ones. */
  readonly resumes: boolean;
  /** The requests of one poll. */
  pages(query: PollQuery): Pages;
}

/** What a venue streams: data and pure functions. */
export interface Streams {
  /** Routes by name: each is a WebSocket of its own. */
  readonly routes: Readonly<Record<string, WebSocketRules>>;
  /**
   * The feeds that bring a dataset of these instruments. The order is that of the instruments. Where nothing is
   * streamed, the way out is said.
   */
  topics(
    dataset: DatasetName,
    instruments: readonly StreamedInstrument[],
    options: TopicOptions,
  ): readonly StreamTopic[] | NotOffered;
  readonly books: BookKeeping;
  readonly replays: Replays;
  /** Whether the ids of an instrument's trades are whole numbers without holes. */
  readonly tradeIdsAreConsecutive: boolean;
  /** Straight from bytes to columns, for feeds with many messages; feeds without go through the mapper. */
  readonly scan: { readonly trades?: ScanTrades; readonly books?: ScanBook };
  /** Polling in place of feeds, by dataset. */
  readonly polls: Readonly<Partial<Record<StreamedDataset, Poll>>>;
}
