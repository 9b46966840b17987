import type { OptionsSchema } from '@feedlake/config';
import type { DatasetName } from '@feedlake/schema';
import type { RestRequest, RestRules } from '@feedlake/transport';
import type { Mapping } from './mapping.ts';
import type { Reference } from './reference.ts';
import type { Streams } from './stream/streams.ts';

/**
 * Requests that follow from each other: yields one, is given what came back, yields the next. It does no I/O itself. A
 * request that failed is thrown into it: it may go on without what that would have added.
 * Independent requests are independent `Pages`, so that they can run at the same time.
 */
export type Pages = Generator<RestRequest, void, Page>;

/** What a page brought, after its rows were mapped. */
export interface Page {
  /** The reply's JSON, as {@link parseJson} gives it. */
  readonly value: unknown;
  /** `ts_event` of the rows that were mapped from it, in their order. */
  readonly times: readonly number[];
}

/** Which instruments a request is about. */
export interface Selection {
  /** The venue's own names; null = everything that the venue lists. */
  readonly symbols: readonly string[] | null;
}

/** A stretch of history of one instrument. */
export interface HistoryQuery {
  readonly symbol: string;
  /** Inclusive, microseconds. */
  readonly from: number;
  /** Exclusive, microseconds. */
  readonly to: number;
  /** Width of the buckets, for datasets that have them. */
  readonly periodSeconds: number | null;
}

/** What a venue offers of the past of a dataset. */
export interface History {
  /** Bucket widths on offer, in seconds; null where rows are events. */
  readonly periods: readonly number[] | null;
  /** How far back the venue keeps it, in seconds; null = to the listing. */
  readonly horizonSeconds: number | null;
  pages(query: HistoryQuery): Pages;
}

/** Something that a venue does not offer, and the way out. */
export interface NotOffered {
  readonly notOffered: string;
}

/** The present state of a dataset at a venue. */
export interface Snapshot {
  /** One request brings all symbols. Without it, symbols must be named. */
  readonly bulk: boolean;
  /** Without `bulk`: one for each named symbol, in their order. */
  pages(selection: Selection, reference: Reference): Pages[];
}

/** Maps the body of a reply to rows. */
export interface ReplyMapper {
  readonly method: 'GET' | 'POST';
  /** Paths that answer in this shape, without query. */
  readonly paths: readonly string[];
  /** For APIs with one path: the `type` in the request's JSON body. */
  readonly type?: string;
  map(body: unknown, mapping: Mapping): void;
}

/** The datasets that snapshots and histories fill. */
export type PolledDataset = Extract<DatasetName, 'open_interest' | 'funding_rates'>;

/** All that is known of one venue: data and pure functions, no connection, no clock. */
export interface ExchangeAdapter {
  readonly id: string;
  /** Name for people. */
  readonly name: string;
  readonly rest: RestRules;
  /** The cheapest public request that shows whether the venue answers. */
  readonly ping: RestRequest;
  readonly replies: readonly ReplyMapper[];
  /**
   * Lists the instruments; its replies map to `instruments` rows and fill the {@link Reference}. Where a venue lists
   * them in several parts, those parts suffice that can hold the wanted names (as typed by a person): the main market for
   * none, all parts for null.
   */
  instruments(wanted: readonly string[] | null): Pages;
  readonly snapshot: Readonly<Record<PolledDataset, Snapshot>>;
  readonly history: Readonly<Record<PolledDataset, History | NotOffered>>;
  readonly streams: Streams;
  /** The settings under `exchanges.<id>.options`. */
  readonly options: OptionsSchema;
  /** Maps one WebSocket message to rows. */
  message(message: unknown, mapping: Mapping): void;
  /** The unified symbol that the venue's own name stands for; null when it is no instrument of ours. */
  symbolOf(venueSymbol: string, reference: Reference): string | null;
}
