import type { WebSocketRules } from '@feedlake/transport';
import { steady } from '../stream/feed.ts';
import { readIncoming } from './incoming.ts';

/** No limits are documented but those of requests. 91 streams in a frame were seen to be taken. */
function route(topicsPerFrame: number): WebSocketRules {
  return {
    hosts: ['wss://ws.backpack.exchange'],
    path: '',
    limits: {
      frames: { count: 2, seconds: 1 },
      topicsPerFrame,
      topicsPerConnection: 500,
      attempts: { count: 30, seconds: 60 },
      maxAgeMs: null,
    },
    acknowledges: false,
    ping: null,
    canary: { topic: 'markPrice.BTC_USDC_PERP', channel: 'markPrice', ...steady },
    subscribe: (topics) => JSON.stringify({ method: 'SUBSCRIBE', params: topics }),
    unsubscribe: (topics) => JSON.stringify({ method: 'UNSUBSCRIBE', params: topics }),
    read: readIncoming,
  };
}

/**
 * One way for all feeds. Those whose names may be refused have connections of their own, where each is asked for alone:
 * a refusal names no stream, so that finding out whom it meant would hold up the others.
 */
export const routes = { all: route(90), liquidations: route(1) } satisfies Readonly<Record<string, WebSocketRules>>;
