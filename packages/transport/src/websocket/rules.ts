import type { Fault } from '../fault.ts';
import type { RestReply } from '../rest/request.ts';

/** So many of something in so many seconds. */
export interface Rate {
  readonly count: number;
  readonly seconds: number;
}

export interface WebSocketLimits {
  /** Frames that we may send on one connection, pings included. They are sent evenly spaced. */
  readonly frames: Rate;
  readonly topicsPerFrame: number;
  readonly topicsPerConnection: number;
  /** Attempts to connect, per address of ours, over all of the exchange's hosts and routes. */
  readonly attempts: Rate;
  /** Age at which the venue cuts a connection; null where it does not. */
  readonly maxAgeMs: number | null;
}

/** What a message is. */
export type Incoming =
  /** Data of one topic, named as it was subscribed. */
  | { readonly kind: 'data'; readonly topic: string }
  /** A subscription was accepted: the frame with this id, or these topics. */
  | { readonly kind: 'ack'; readonly id: number | null; readonly topics: readonly string[] | null }
  /** A subscription was refused: the frame with this id, and which topics are to blame, as far as the venue says. */
  | {
      readonly kind: 'refused';
      readonly id: number | null;
      readonly topics: readonly string[] | null;
      readonly fault: Fault;
    }
  /** A sign of life without content: a pong, a greeting. */
  | { readonly kind: 'heartbeat' }
  /** The venue complains about something else. */
  | { readonly kind: 'error'; readonly fault: Fault }
  /** Nothing that the venue is known to send. */
  | { readonly kind: 'unknown' };

/** How one route of a venue's WebSocket API behaves: facts and pure functions, brought by its adapter. */
export interface WebSocketRules {
  /** Base URLs, best first. */
  readonly hosts: readonly string[];
  /** Path of the route, with a leading slash; empty for none. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits: WebSocketLimits;
  /** Whether subscriptions are answered. Where they are not, a refusal is taken to be about the last frame sent. */
  readonly acknowledges: boolean;
  /** The ping that the venue asks for; null = a ping of the WebSocket protocol. */
  readonly ping: { readonly everyMs: number; readonly frame: string } | null;
  /**
   * A feed that always flows. Connections that have nothing but sparse topics carry it too, as proof that the host sends at
   * all, so that they may have one topic more than their limit; its data is not handed over, nor told when it is missing.
   */
  readonly canary?: Subscription;
  /** One frame that subscribes to these topics. */
  subscribe(topics: readonly string[], id: number): string;
  unsubscribe(topics: readonly string[], id: number): string;
  /**
   * Says what a message (valid UTF-8) is. It is called for each one, so data should be told by its first bytes, without
   * decoding or parsing it all. What it throws counts as a malformed message.
   */
  read(data: Buffer): Incoming;
  /** A reply that refuses the connection, in the venue's own terms; null or absent: the general rules apply. */
  refusal?(reply: RestReply): Fault | null;
}

/** One feed that is wanted. */
export interface Subscription {
  /** The venue's name of it, as it is sent in subscribe frames. */
  readonly topic: string;
  /** What kind of feed it is: siblings are those of the same channel. */
  readonly channel: string;
  /** Silence after which it counts as dead, in milliseconds; where it is sparse: the least such silence. */
  readonly silenceMs: number;
  /** Comes only when something happens (trades, liquidations): its deadline follows its own and its siblings' rhythm. */
  readonly sparse?: boolean;
  /**
   * Topics that bring the same under another name, where it is not known which of them a venue has. Nothing is missing as
   * long as one of them is not refused.
   */
  readonly alternatives?: readonly string[];
}
