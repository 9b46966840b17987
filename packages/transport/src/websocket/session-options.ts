import type { Logger } from '@feedlake/telemetry';
import type { Clock } from '../clock.ts';
import type { FaultKind } from '../fault.ts';
import type { ProxyPool } from '../proxy/pool.ts';
import type { WebSocketTimeouts } from './context.ts';
import type { Cause, Place, SessionEvent } from './events.ts';
import type { OnMessage, QueueLimits } from './queue.ts';
import type { Subscription, WebSocketRules } from './rules.ts';

export interface WebSocketSessionOptions {
  readonly exchange: string;
  readonly rules: WebSocketRules;
  /** Base URLs instead of the rules' own, best first. */
  readonly hosts?: readonly string[];
  /** Proxy URLs or `direct`, preferred first. Default: direct only. */
  readonly proxies?: readonly string[];
  /** The exchange's pool of proxies, in place of `proxies`: whoever shares it shares what is known of them. */
  readonly pool?: ProxyPool;
  readonly subscriptions?: readonly Subscription[];
  readonly timeouts?: Partial<WebSocketTimeouts>;
  /** How much may wait for a consumer that returns promises. Default 10,000 messages or 64 MiB. */
  readonly queue?: Partial<QueueLimits>;
  readonly logger?: Logger;
  /** Takes the data. An error of it is logged and counted; the message counts as handled. */
  readonly onMessage: OnMessage;
  /** Told what happens, at once. */
  readonly onEvent?: (event: SessionEvent) => void;
  readonly clock?: Clock;
  /** Numbers from 0 (inclusive) to 1, for jitter. */
  readonly random?: () => number;
  /** Ends the session, as {@link WebSocketSession.close} does. */
  readonly signal?: AbortSignal;
}

/** An open connection. */
export interface ConnectionStats extends Place {
  /** When it was opened, in microseconds. */
  readonly since: number;
  readonly topics: number;
  /** The last data of any topic, in microseconds. */
  readonly lastData: number | null;
}

/** How a topic fares. */
export interface TopicStats {
  readonly channel: string;
  /** When its last data was received, in microseconds. */
  readonly lastData: number | null;
  /** Until when nothing of it is known to be missing: as `lastData`, for sparse topics by what else the connection brought. */
  readonly proven: number | null;
  /** Why its data is missing; null while it flows. */
  readonly missing: Cause | null;
}

/** How a session fares, and what it has counted since it was made. */
export interface WebSocketStats {
  readonly connections: readonly ConnectionStats[];
  /** Links without a connection that are about to get one. */
  readonly connecting: number;
  readonly attempts: number;
  /** Attempts and connections that failed, by the kind of their fault. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** Connections that were lost or replaced (`age`, `silent`), by cause. */
  readonly reconnects: Readonly<Partial<Record<Cause | 'age', number>>>;
  readonly messages: number;
  /** Unpacked, in bytes. */
  readonly bytes: number;
  readonly malformed: number;
  readonly unknown: number;
  readonly handlerErrors: number;
  readonly queue: {
    readonly messages: number;
    readonly bytes: number;
    readonly lagMs: number;
    readonly longestLagMs: number;
    readonly paused: boolean;
  };
  readonly topics: Readonly<Record<string, TopicStats>>;
}
