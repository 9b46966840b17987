import { sharedNumber, stepOfShared } from '../model/book-number.ts';
import type { Market } from '../model/market.ts';
import { simulatedBook } from '../stream/book-feed.ts';
import type { Feed } from '../stream/feed.ts';
import type { Client, Session, StreamProtocol } from '../stream/protocol.ts';
import { channelFeed, marketWideFeed, quotesOf, type Route, routeOf } from './stream-topics.ts';

/** A connection takes so many streams. */
const mostStreams = 1024;

/** `/public/stream`, `/market/ws/btcusdt@aggTrade`; without a route only books are served, since April 2026. */
const address = /^(?:\/(public|market))?\/(ws|stream)(?:\/(.*))?$/;

/** The WebSocket streams of Binance USD-M futures. */
export function binanceStreams(markets: readonly Market[], coinMargined: readonly Market[]): StreamProtocol {
  const traded = markets.filter((market) => market.active);
  const byName = new Map(traded.map((market) => [market.symbol.toLowerCase(), market]));
  const bySymbol = new Map(traded.map((market) => [market.symbol, market]));

  function feed(topic: string, from: number): Feed | null {
    if (topic.startsWith('!')) return marketWideFeed(topic, [...traded, ...coinMargined], from);
    const at = topic.indexOf('@');
    const market = byName.get(topic.slice(0, at));
    return market === undefined || routeOf(topic) === null ? null : channelFeed(market, topic.slice(at + 1), from);
  }

  return {
    id: 'binance',
    budgets: [{ pool: 'connections', capacity: 300, seconds: 300 }],
    rules: { ping: { every: 180, within: 600 }, lifetime: 86_400, incomingPerSecond: 10 },
    session(path, queryText) {
      const [, route = 'public', kind, names] = address.exec(path) ?? [];
      if (kind === undefined) return null;
      const streams = kind === 'ws' ? names : new URLSearchParams(queryText).get('streams');
      return session(route === 'market' ? 'market' : 'public', kind === 'stream', streamNames(streams));
    },
    feed,
    book(symbol, moment) {
      const market = bySymbol.get(symbol);
      if (market === undefined) return null;
      return simulatedBook(market, moment, quotesOf(market), {
        number: (step) => sharedNumber(market, step),
        stepOf: (sequence) => stepOfShared(market, sequence),
      });
    },
  };
}

function streamNames(joined: string | null | undefined): string[] {
  return (joined ?? '').split('/').filter((name) => name !== '');
}

/** @param combined whether events come in an envelope that names the stream. */
function session(route: Route, combined: boolean, initial: readonly string[]): Session {
  // A stream that is served under the other route is acknowledged and silent.
  const subscribe = (client: Client, topics: readonly string[]) => {
    for (const topic of topics) {
      if (routeOf(topic) === route) client.subscribe(topic);
      else client.note(topic);
    }
  };
  return {
    opened: (client) => subscribe(client, initial.slice(0, mostStreams)),
    received(client, text) {
      const request = requestOf(text);
      if ('error' in request) {
        client.reply(JSON.stringify(request));
        return;
      }
      const { method, params, id } = request;
      if (method === 'LIST_SUBSCRIPTIONS') {
        client.reply(JSON.stringify({ result: [...client.topics], id }));
        return;
      }
      const wanted = new Set([...client.topics, ...params]).size;
      if (method === 'SUBSCRIBE' && client.strict && wanted > mostStreams) {
        client.reply(JSON.stringify(refusal(2, 'Invalid request: too many parameters', id)));
        return;
      }
      client.reply(JSON.stringify({ result: null, id }));
      if (method === 'SUBSCRIBE') subscribe(client, params);
      else for (const topic of params) client.unsubscribe(topic);
    },
    ...(combined && { frame: (topic: string, text: string) => `{"stream":"${topic}","data":${text}}` }),
  };
}

type RequestId = number | string | null;

interface StreamRequest {
  readonly method: 'SUBSCRIBE' | 'UNSUBSCRIBE' | 'LIST_SUBSCRIPTIONS';
  readonly params: readonly string[];
  readonly id: RequestId;
}

interface StreamRefusal {
  readonly error: { readonly code: number; readonly msg: string };
  readonly id?: RequestId;
}

function refusal(code: number, msg: string, id?: RequestId): StreamRefusal {
  return { error: { code, msg }, ...(id !== undefined && { id }) };
}

const methods = new Set(['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS']);

function requestOf(text: string): StreamRequest | StreamRefusal {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return refusal(3, 'Invalid JSON: expected value at line 1 column 1');
  }
  if (typeof given !== 'object' || given === null) return refusal(3, 'Invalid JSON: expected an object');
  const { method, params = [], id } = given as { method?: unknown; params?: unknown; id?: unknown };
  const known = typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) ? id : null;
  if (method === undefined) return refusal(2, 'Invalid request: missing field `method`', known);
  if (!methods.has(String(method))) {
    const expected = '`SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`';
    return refusal(2, `Invalid request: unknown variant \`${String(method)}\`, expected one of ${expected}`, known);
  }
  if (id !== undefined && id !== null && known === null) {
    return refusal(2, 'Invalid request: request ID must be an unsigned integer');
  }
  if (!Array.isArray(params) || params.some((name) => typeof name !== 'string')) {
    return refusal(2, 'Invalid request: property name must be a string', known);
  }
  return { method: method as StreamRequest['method'], params, id: known };
}
