import type { Logger, Metrics } from '@feedlake/telemetry';
import type { Clock } from '../clock.ts';
import type { Fault } from '../fault.ts';
import type { ProxyPool } from '../proxy/pool.ts';
import type { RestReply, RestRequest, RestRules } from './request.ts';

export interface RestClientOptions {
  readonly exchange: string;
  readonly rules: RestRules;
  /** Base URLs instead of the rules' own, best first. */
  readonly hosts?: readonly string[];
  /** Proxy URLs or `direct`, preferred first. Default: direct only. */
  readonly proxies?: readonly string[];
  /** The exchange's pool of proxies, in place of `proxies`: whoever shares it shares what is known of them. */
  readonly pool?: ProxyPool;
  /** For one attempt, from connecting to the last byte, in milliseconds. Default 30 s. */
  readonly timeoutMs?: number;
  /** To connect, through the proxy and TLS included; at most 4/5 of `timeoutMs`, so that the two are told apart. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** How often a request is sent again at most; a change of host or proxy that needs no wait comes on top. Default 4. */
  readonly retries?: number;
  /** How many requests are under way at once at most. Default 16. */
  readonly concurrency?: number;
  /** A rate limit or pause of the venue's that lasts longer fails the request, in milliseconds. Default 60 s. */
  readonly maxWaitMs?: number;
  readonly logger?: Logger;
  /** Counts every sending, and shows the state of hosts, budgets and proxies until the client is closed. */
  readonly metrics?: Metrics;
  /** Called before each attempt; an error that it throws fails the request. */
  readonly onRequest?: (attempt: RestAttempt) => void;
  /** Called after each attempt; an error that it throws fails the request. */
  readonly onReply?: (attempt: RestAttempt, outcome: RestOutcome) => void;
  readonly clock?: Clock;
  /** Numbers from 0 (inclusive) to 1, for jitter. */
  readonly random?: () => number;
  /** Ends everything that is under way, and the client with it. */
  readonly signal?: AbortSignal;
}

/** One sending of a request. */
export interface RestAttempt {
  readonly request: RestRequest;
  /** 1 for the first. */
  readonly attempt: number;
  /** `host` or `host:port`. */
  readonly host: string;
  /** `direct`, or the proxy as `scheme://host:port`. */
  readonly proxy: string;
}

/** What came of it. */
export interface RestOutcome {
  /** Null where there was no whole reply. */
  readonly reply: RestReply | null;
  /** Null where all is well. */
  readonly fault: Fault | null;
  /** True when it is the proxy that can't be used, whatever for. */
  readonly atProxy: boolean;
  readonly ms: number;
  /** Size of the body as it was sent. */
  readonly bytes: number;
}
