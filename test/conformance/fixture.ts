import type { ExchangeAdapter, StreamedInstrument } from '@feedlake/exchanges';
import type { DatasetName } from '@feedlake/schema';
import type { FaultKind, Incoming } from '@feedlake/transport';
import type { RestCall } from './payloads/line.ts';
import type { Value } from './rows.ts';

/** When every message of a fixture was received. */
export const received = '2026-11-20T12:00:00.500Z';

/** A row that a fixture must become: its own columns; those that are not named must be null. Times are ISO 8601. */
export type ExpectedRow = Readonly<Record<string, Value>> & { readonly dataset: DatasetName };

/** Messages of one kind, in the order in which they come. */
export interface Step {
  /** The request that they answer; null for a stream. */
  readonly request: RestCall | null;
  /** Their texts. */
  readonly texts: readonly string[];
}

/** Messages in the shape of a protocol, with invented numbers, and all the rows that they must become. */
export interface Fixture extends Step {
  readonly name: string;
  /** What was read before, as the reference. */
  readonly before?: readonly Step[];
  readonly rows: readonly ExpectedRow[];
}

/** A place in a message for a value that is put to the test. */
export interface Slot {
  readonly name: string;
  readonly request: RestCall | null;
  readonly dataset: DatasetName;
  /** The column that the value ends in. */
  readonly column: string;
  /** The message with that value in its first entry; `undefined` leaves the field out. A second entry is always good. */
  message(value: unknown): unknown;
}

/** A time as a venue writes it, and what it means. */
export interface TimeSlot extends Slot {
  readonly value: unknown;
  readonly means: string;
}

/** An error of a venue. */
export interface ErrorReply {
  readonly request: RestCall;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
  /** What of the venue's words has to be in the message. */
  readonly words: string;
  readonly kind: FaultKind;
}

/** A message of a stream that is no data. */
export interface Control {
  readonly text: string;
  readonly fate: 'ignored' | 'rejected';
  /** What the reason has to say. */
  readonly words: string;
}

/** A message of a feed as it comes on its route. */
export interface FeedMessage {
  readonly topic: string;
  readonly message: unknown;
}

/** A message of a stream that is no data, and what it is. */
export interface Answer {
  readonly message: unknown;
  readonly is: { readonly kind: Incoming['kind'] } & Readonly<Record<string, unknown>>;
}

/** A whole book and changes that follow from it, and what they lead to. */
export interface BookRun {
  /** The first is the whole book. */
  readonly steps: readonly Step[];
  /** Index of the step without which the book is not known any more. */
  readonly needed: number;
  readonly bids: readonly (readonly [price: string, size: string])[];
  readonly asks: readonly (readonly [price: string, size: string])[];
}

/** Why a card has nothing to judge at a venue. */
export interface DoesNotApply {
  readonly doesNotApply: string;
  /** Fails where the reason does not hold. */
  prove(): void;
}

export type Applies<T> = T | DoesNotApply;

/** Everything that the cards need of one venue. */
export interface VenueFixtures {
  readonly adapter: ExchangeAdapter;
  readonly openInterest: readonly Fixture[];
  readonly openInterestHistory: Applies<readonly Fixture[]>;
  readonly running: readonly Fixture[];
  readonly settled: readonly Fixture[];
  /** Running rates with an interval that is told, or told by the documentation, and rates without one. */
  readonly interval: { readonly told: readonly Fixture[]; readonly unknown: readonly Fixture[] };
  readonly optionalValues: readonly Slot[];
  readonly mainValues: readonly Slot[];
  readonly errors: readonly ErrorReply[];
  readonly trades: readonly Fixture[];
  readonly offBook: Applies<readonly Fixture[]>;
  readonly liquidations: readonly Fixture[];
  readonly book: {
    readonly snapshots: readonly Fixture[];
    readonly emptySnapshot: Fixture;
    readonly deltas: Applies<readonly Fixture[]>;
    readonly emptyDelta: Applies<Fixture>;
  };
  readonly sequences: Applies<readonly string[]>;
  readonly bookRun: Applies<BookRun>;
  /** The instrument that the feeds are about. */
  readonly streamed: StreamedInstrument;
  /** One of each feed that is offered, and of each canary. */
  readonly feeds: readonly FeedMessage[];
  readonly answers: readonly Answer[];
  readonly tickers: readonly Fixture[];
  readonly candles: readonly Fixture[];
  readonly instruments: readonly Fixture[];
  readonly times: readonly TimeSlot[];
  readonly controls: readonly Control[];
  readonly otherProducts: readonly Step[];
}

/** Messages of a stream. */
export function streamFixture(name: string, messages: readonly unknown[], rows: readonly ExpectedRow[]): Fixture {
  return { name, request: null, texts: messages.map(text), rows };
}

/** The reply to a `GET`. */
export function replyFixture(path: string, body: unknown, rows: readonly ExpectedRow[]): Fixture {
  return { name: `GET ${path}`, request: get(path), texts: [text(body)], rows };
}

/** The reply to a `POST` of a body. */
export function postFixture(call: RestCall, body: unknown, rows: readonly ExpectedRow[]): Fixture {
  return { name: `${call.method} ${call.path} ${call.body}`, request: call, texts: [text(body)], rows };
}

export function get(path: string): RestCall {
  return { method: 'GET', path };
}

/** A message as JSON. */
export function text(message: unknown): string {
  return JSON.stringify(message);
}

/** A perpetual as feeds are asked for it. */
export function perpetual(symbol: string, venue_symbol: string): StreamedInstrument {
  return { symbol, venue_symbol, type: 'perpetual' };
}

/** A message of a stream. */
export function streamStep(message: unknown): Step {
  return { request: null, texts: [text(message)] };
}

/** Milliseconds since the epoch. */
export function ms(iso: string): number {
  return Date.parse(iso);
}
