import type { WebSocketRules } from '@feedlake/transport';
import { steady } from '../stream/feed.ts';
import { readIncoming } from './incoming.ts';
import { faultOfReply } from './rest.ts';

const everything: WebSocketRules = {
  hosts: ['wss://stream.bybit.com'],
  path: '/v5/public/linear',
  // The names of all topics of a connection may have 21,000 characters: 500 of them 42 each, with quotes and commas.
  limits: {
    frames: { count: 5, seconds: 1 },
    topicsPerFrame: 100,
    topicsPerConnection: 500,
    attempts: { count: 500, seconds: 300 },
    maxAgeMs: null,
  },
  acknowledges: true,
  ping: { everyMs: 20_000, frame: '{"op":"ping"}' },
  canary: { topic: 'tickers.BTCUSDT', channel: 'tickers', ...steady },
  subscribe: (topics, id) => JSON.stringify({ req_id: String(id), op: 'subscribe', args: topics }),
  unsubscribe: (topics, id) => JSON.stringify({ req_id: String(id), op: 'unsubscribe', args: topics }),
  read: readIncoming,
  refusal: faultOfReply,
};

/** The public streams of linear contracts ("Connect"). */
export const routes = { linear: everything } satisfies Readonly<Record<string, WebSocketRules>>;
