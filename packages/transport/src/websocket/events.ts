import type { Fault, FaultKind } from '../fault.ts';

/** Why data of a topic is missing. */
export type Cause =
  /** Subscribed, and nothing has come yet. */
  | 'start'
  | 'disconnect'
  | 'silent'
  /** Asked for again on a mere suspicion: what happened until that was heeded may be lost. */
  | 'resubscribe'
  | 'blocked'
  | 'rate_limited'
  /** The connection was lost while we were too slow to read it. */
  | 'overload'
  | 'upstream_error'
  | 'refused'
  | 'shutdown';

/**
 * A topic, and since when its data is missing: its last message, where it is sparse the last evidence that it had lost
 * nothing, or the time it is owed from.
 */
export interface Since {
  readonly topic: string;
  readonly from: number;
}

/** Where a connection leads. */
export interface Place {
  /** Name of the connection, never used twice. */
  readonly connection: string;
  /** `host` or `host:port`. */
  readonly host: string;
  /** `direct`, or the proxy as `scheme://host:port`. */
  readonly proxy: string;
}

export type WatchdogStep = 'resubscribe' | 'reconnect' | 'next_host' | 'next_proxy';

/** What happened to a session, in the order it happened. Times in microseconds since the epoch. */
export type SessionEvent = { readonly at: number } /** `simulated`: the host says that what it sends is invented. */ & (
  | ({ readonly kind: 'connected'; readonly ms: number; readonly simulated: boolean } & Place)
  /** A connection ended. `code`: the close code, 1006 without one (RFC 6455, section 7.4). */
  | ({ readonly kind: 'disconnected'; readonly cause: Cause; readonly code: number; readonly fault: Fault } & Place)
  /** An attempt to connect failed, the `attempt`th in a row without useful data; the next comes at `retryAt`. */
  | ({
      readonly kind: 'failed';
      readonly fault: Fault;
      readonly attempt: number;
      readonly retryAt: number;
    } & Omit<Place, 'connection'>)
  /** Every host was refused through every proxy. It is tried again, now and then. */
  | { readonly kind: 'unavailable'; readonly fault: Fault; readonly retryAt: number }
  /** Subscribe frames for these topics were sent. Whether they are heeded, only data tells. */
  | { readonly kind: 'subscribed'; readonly connection: string; readonly topics: readonly string[] }
  /**
   * The venue will not have these topics: they are left out, the rest goes on. `replaced`: each is asked for under another
   * name as well.
   */
  | {
      readonly kind: 'refused';
      readonly topics: readonly string[];
      readonly fault: Fault;
      readonly replaced: boolean;
    }
  /**
   * Data is missing from here on; each topic ends it with `resumed`. It comes again where it turns out that a topic was
   * missing for longer than was told.
   */
  | { readonly kind: 'interrupted'; readonly cause: Cause; readonly topics: readonly Since[] }
  /**
   * The first message after an interruption, or the very first; of a sparse topic also what else shows that it is there
   * again, from the first data of the connection after its subscription was heeded. The cause may have become plainer meanwhile.
   */
  | {
      readonly kind: 'resumed';
      readonly cause: Cause;
      readonly topic: string;
      readonly from: number;
      readonly to: number;
      readonly connection: string;
    }
  /** Silent topics, and what is done about it. */
  | {
      readonly kind: 'watchdog';
      readonly step: WatchdogStep;
      readonly topics: readonly Since[];
      readonly connection: string;
    }
  /**
   * Two connections brought the same topics for a while: what came of `doubled` between the two times may have come
   * twice. `taken`: the new one stays, else the old one.
   */
  | {
      readonly kind: 'overlap';
      readonly reason: ReplaceReason;
      readonly taken: boolean;
      readonly doubled: readonly string[];
      readonly from: number;
      readonly to: number;
      readonly connections: readonly [old: string, next: string];
    }
  /** A message could not be read: whatever it was about is lost. */
  | { readonly kind: 'malformed'; readonly connection: string }
  /** The venue complained, outside of a subscription. */
  | { readonly kind: 'complaint'; readonly fault: Fault; readonly connection: string }
  /** Received messages wait for the consumer: reading is paused (`active`) or goes on again. */
  | {
      readonly kind: 'overload';
      readonly active: boolean;
      readonly messages: number;
      readonly bytes: number;
      readonly lagMs: number;
    }
);

/** Why a living connection is replaced. */
export type ReplaceReason = 'age' | 'silent';

const causes: Partial<Record<FaultKind, Cause>> = {
  rate_limited: 'rate_limited',
  banned: 'blocked',
  geo_blocked: 'blocked',
  auth: 'blocked',
  maintenance: 'upstream_error',
  bad_request: 'upstream_error',
};

/** What a fault means for the data. */
export function causeOf({ kind }: Fault): Cause {
  return causes[kind] ?? 'disconnect';
}
