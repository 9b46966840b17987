import type { WebSocketRules } from '@feedlake/transport';
import { steady } from '../stream/feed.ts';
import { readIncoming } from './incoming.ts';
import { subscriptionOf } from './subscription.ts';

function route(more: (type: unknown) => object): WebSocketRules {
  const frame = (method: string, topics: readonly string[]) => {
    const subscription = subscriptionOf(topics[0] ?? '');
    return JSON.stringify({ method, subscription: { ...subscription, ...more(subscription.type) } });
  };
  return {
    hosts: ['wss://api.hyperliquid.xyz'],
    path: '/ws',
    // Per address, over all connections: 2000 messages and 30 new connections a minute, 1000 subscriptions. Some room
    // is left for pings, and a subscription for the canary.
    limits: {
      frames: { count: 1800, seconds: 60 },
      topicsPerFrame: 1,
      topicsPerConnection: 999,
      attempts: { count: 30, seconds: 60 },
      maxAgeMs: null,
    },
    acknowledges: true,
    // The venue ends a connection on which it has said nothing for a minute.
    ping: { everyMs: 30_000, frame: '{"method":"ping"}' },
    canary: { topic: 'activeAssetCtx:BTC', channel: 'activeAssetCtx', ...steady },
    subscribe: (topics) => frame('subscribe', topics),
    unsubscribe: (topics) => frame('unsubscribe', topics),
    read: readIncoming,
  };
}

/**
 * One way for all feeds (docs: "Websocket", "Rate limits and user limits"). Fast books are asked for by a field of the
 * subscription that their data does not have, so they make it another route.
 */
export const routes = {
  all: route(() => ({})),
  fast: route((type) => (type === 'l2Book' ? { fast: true } : {})),
} satisfies Readonly<Record<string, WebSocketRules>>;
