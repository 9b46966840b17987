import type { Level } from '../model/book.ts';
import type { Budget, VenueId } from '../venue.ts';
import type { Feed } from './feed.ts';

/** A client's connection as a venue's protocol sees it. */
export interface Client {
  /** `binance#3`: the venue and the number of the connection. */
  readonly name: string;
  /** Whether the venue enforces its limits. */
  readonly strict: boolean;
  /** What it has subscribed to, as the venue names it, whether or not anything ever comes. */
  readonly topics: ReadonlySet<string>;
  /** Sends a message that is no data. */
  reply(text: string): void;
  /** From now on the topic's data come; silence where the venue has no such topic. */
  subscribe(topic: string): void;
  /** Notes a topic on which nothing ever comes over this connection. */
  note(topic: string): void;
  unsubscribe(topic: string): void;
  /** Ends the connection with a close frame. */
  close(code: number, reason: string): void;
  /** Ends the connection without a word: the client sees 1006. */
  drop(): void;
}

/** What a venue does with one connection. */
export interface Session {
  /** It is open: subscribes to what its address asks for. */
  opened?(client: Client): void;
  /** It is over. */
  closed?(client: Client): void;
  /** A text frame of the client's. */
  received(client: Client, text: string): void;
  /** The text of a message as this connection gets it. Default: as it is. */
  frame?(topic: string, text: string): string;
}

/** The times a venue keeps with its connections; in seconds, absent = it does not. */
export interface ConnectionRules {
  /** A ping frame of the server's so often, and the connection's end where no pong came for so long. */
  readonly ping?: { readonly every: number; readonly within: number };
  /** Its end after so long without a text frame of the client's. */
  readonly idle?: number;
  /** Its end after so long, whatever happens. */
  readonly lifetime?: number;
  /** So many frames of the client's a second are taken. */
  readonly incomingPerSecond?: number;
}

/** A moment of a book: a time, or a sequence number as the venue's stream tells it. */
export type BookMoment = { readonly time: number } | { readonly sequence: number };

/** A whole order book in the texts of the venue's stream, best levels first. */
export interface SimulatedBook {
  /** Since when it has been like this, in microseconds. */
  readonly time: number;
  /** The venue's number for this state (Binance, Bybit and Backpack `u`); null where it has none. */
  readonly sequence: number | null;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** A venue's WebSocket protocol: pure answers, no socket. */
export interface StreamProtocol {
  readonly id: VenueId;
  /** Budgets of the address: `connections` is charged for each attempt to connect. */
  readonly budgets: readonly Budget[];
  /** How many connections an address may have at once. Absent = any. */
  readonly concurrent?: number;
  readonly rules: ConnectionRules;
  /** The session for a request's path and query; null where the venue has no such path. */
  session(path: string, queryText: string): Session | null;
  /**
   * What comes on a topic; null where nothing ever does.
   * @param from the first message is later than this, in microseconds.
   */
  feed(topic: string, from: number): Feed | null;
  /** The whole book of an instrument; null where there is no such instrument. */
  book(symbol: string, moment: BookMoment): SimulatedBook | null;
}
