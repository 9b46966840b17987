import type { Market } from '../model/market.ts';
import { simulatedBook } from '../stream/book-feed.ts';
import type { Client, Session, StreamProtocol } from '../stream/protocol.ts';
import type { Dex } from './markets.ts';
import { quotesOf } from './rows.ts';
import { coinFeed, fillFeed } from './stream-topics.ts';
import { type Subscription, subscriptionOf } from './subscription.ts';

/** What an address may have at once. */
const mostConnections = 10;
const mostSubscriptions = 1000;
const mostUsers = 10;

/** The WebSocket of Hyperliquid. */
export function hyperliquidStreams(dexes: readonly Dex[]): StreamProtocol {
  const markets = dexes.flatMap((dex) => dex.markets).filter((market) => market.active);
  const byCoin = new Map(markets.map((market) => [market.symbol, market]));
  const clients = new Set<Client>();

  return {
    id: 'hyperliquid',
    budgets: [{ pool: 'connections', capacity: 30, seconds: 60 }],
    concurrent: mostConnections,
    rules: { idle: 60 },
    session: (path) => (path === '/ws' ? session(byCoin, clients) : null),
    feed(topic, from) {
      const [channel = '', ...rest] = topic.split(':');
      if (channel === 'userFills') return fillFeed(markets, rest.join(':'), from);
      const argument = channel === 'candle' ? `:${rest.shift()}` : rest.at(-1) === 'fast' ? `:${rest.pop()}` : '';
      const market = byCoin.get(rest.join(':'));
      return market === undefined ? null : coinFeed(market, `${channel}${argument}`, from);
    },
    book(symbol, moment) {
      const market = byCoin.get(symbol);
      if (market === undefined || 'sequence' in moment) return null;
      return simulatedBook(market, moment, quotesOf(market), { number: () => null, stepOf: () => 0 });
    },
  };
}

function session(byCoin: ReadonlyMap<string, Market>, clients: Set<Client>): Session {
  const say = (client: Client, channel: string, data: unknown) => client.reply(JSON.stringify({ channel, data }));

  function refuses(client: Client, { topic, subscription }: Subscription): string | null {
    if (client.topics.has(topic)) return `Already subscribed: ${JSON.stringify(subscription)}`;
    if (!client.strict) return null;
    const topics = [...clients].flatMap((each) => [...each.topics]);
    if (topics.length >= mostSubscriptions) return `Cannot track more than ${mostSubscriptions} total subscriptions.`;
    const users = new Set([...topics, topic].filter((each) => each.startsWith('userFills:')));
    return users.size > mostUsers ? `Cannot track more than ${mostUsers} total users.` : null;
  }

  return {
    opened: (client) => void clients.add(client),
    closed: (client) => void clients.delete(client),
    received(client, text) {
      const request = subscriptionOf(text);
      if (request === 'ping') {
        client.reply('{"channel":"pong"}');
        return;
      }
      if (request === null) {
        say(client, 'error', `Error parsing JSON into valid websocket request: ${text}`);
        return;
      }
      const { method, coin, topic, subscription } = request;
      // A coin that does not exist costs the whole connection, and the client is not told why.
      if (coin !== null && !byCoin.has(coin)) {
        client.drop();
        return;
      }
      const problem = method === 'subscribe' ? refuses(client, request) : null;
      if (problem !== null) {
        say(client, 'error', problem);
        return;
      }
      if (method === 'unsubscribe' && !client.topics.has(topic)) {
        say(client, 'error', `Already unsubscribed: ${JSON.stringify(subscription)}`);
        return;
      }
      say(client, 'subscriptionResponse', { method, subscription });
      if (method === 'subscribe') client.subscribe(topic);
      else client.unsubscribe(topic);
    },
  };
}
