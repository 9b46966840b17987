import type { Subscription, WebSocketLimits, WebSocketRules } from '@feedlake/transport';
import { steady } from '../stream/feed.ts';
import { readIncoming } from './incoming.ts';
import { faultOfReply } from './rest.ts';

/**
 * At most 10 messages a second and 1024 streams a connection, which lives for 24 hours; pongs count as messages, and a
 * stream is left for the canary. 300 attempts in five minutes are documented for spot.
 */
const limits: WebSocketLimits = {
  frames: { count: 5, seconds: 1 },
  topicsPerFrame: 200,
  topicsPerConnection: 1023,
  attempts: { count: 300, seconds: 300 },
  maxAgeMs: 86_400_000,
};

function route(path: string, canary: string, channel: string): WebSocketRules {
  return {
    hosts: ['wss://fstream.binance.com'],
    path,
    limits,
    acknowledges: true,
    ping: null,
    canary: { topic: canary, channel, ...steady } satisfies Subscription,
    subscribe: (topics, id) => JSON.stringify({ method: 'SUBSCRIBE', params: topics, id }),
    unsubscribe: (topics, id) => JSON.stringify({ method: 'UNSUBSCRIBE', params: topics, id }),
    read: readIncoming,
    refusal: faultOfReply,
  };
}

/**
 * Books come over `public`, all else over `market`: a stream that is asked for on the wrong one is acknowledged and
 * silent ("Important WebSocket Change Notice", 2026).
 */
export const routes = {
  public: route('/public/stream', 'btcusdt@depth5@500ms', 'depth5'),
  market: route('/market/stream', 'btcusdt@markPrice@1s', 'markPrice'),
} satisfies Readonly<Record<string, WebSocketRules>>;
