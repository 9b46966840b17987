import type { Logger } from '@feedlake/telemetry';
import type { Clock } from '../clock.ts';
import type { Counters } from './counters.ts';
import type { Endpoints } from './endpoints.ts';
import type { SessionEvent } from './events.ts';
import type { MessageQueue } from './queue.ts';
import type { WebSocketRules } from './rules.ts';

/** Deadlines and pauses of a session, in milliseconds. */
export interface WebSocketTimeouts {
  /** From the first packet to the upgraded connection, proxy and TLS included. Default 10 s. */
  readonly handshakeMs: number;
  /** A connection that brings no data at all. Default 30 s. */
  readonly socketSilenceMs: number;
  /** Between our pings, where the venue asks for none of its own. Default 15 s. */
  readonly pingMs: number;
  /** Without any sign of life so long after a ping a connection is dead. Default 10 s. */
  readonly pongMs: number;
  /** Age at which a connection is replaced; never later than shortly before the venue cuts it. Default: then. */
  readonly rotateMs: number;
  /** How long a replacement gets to bring all that the old connection brings. Default 30 s. */
  readonly overlapMs: number;
  /** Ceiling of the first wait before a reconnect; it doubles with each failure in a row. Default 1 s. */
  readonly reconnectMs: number;
  /** No such ceiling is higher. Default 60 s. */
  readonly reconnectMaxMs: number;
  /** Between attempts at a host that refuses us. Default 10 min. */
  readonly probeMs: number;
}

/** What the parts of one session share. */
export interface SessionContext {
  readonly exchange: string;
  readonly rules: WebSocketRules;
  readonly timeouts: WebSocketTimeouts;
  readonly endpoints: Endpoints;
  readonly queue: MessageQueue;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** The end of the session. */
  readonly signal: AbortSignal;
  readonly emit: (event: SessionEvent) => void;
  /** When reading went on after the last overload (µs); 0 = never. */
  readonly listeningSince: () => number;
}
