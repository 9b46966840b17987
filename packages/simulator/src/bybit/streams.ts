import { messageNumber, messageStepAt, stepOfMessage } from '../model/book-number.ts';
import type { Market } from '../model/market.ts';
import { simulatedBook } from '../stream/book-feed.ts';
import type { Client, Session, StreamProtocol } from '../stream/protocol.ts';
import type { BybitOptions } from './rest.ts';
import { quotesOf, topicFeed, topicOf } from './stream-topics.ts';

/** The topics of a connection may have so many characters altogether. */
const mostCharacters = 21_000;

/** The public WebSocket streams of Bybit v5, category linear. */
export function bybitStreams(markets: readonly Market[], options: BybitOptions = {}): StreamProtocol {
  const bySymbol = new Map(markets.map((market) => [market.symbol, market]));
  const withSingle = options.singleOpenInterest ?? true;

  /** Whether the venue knows a topic and its instrument. */
  const knows = (topic: string) => {
    const parts = topicOf(topic);
    return parts !== null && bySymbol.has(parts.symbol);
  };

  return {
    id: 'bybit',
    budgets: [{ pool: 'connections', capacity: 500, seconds: 300 }],
    rules: { idle: 600 },
    session: (path) => (path === '/v5/public/linear' ? session(knows) : null),
    feed(topic, from) {
      const parts = topicOf(topic);
      const market = parts === null ? undefined : bySymbol.get(parts.symbol);
      return parts === null || market === undefined ? null : topicFeed(topic, parts, market, from, withSingle);
    },
    book(symbol, moment) {
      const market = bySymbol.get(symbol);
      if (market === undefined) return null;
      return simulatedBook(market, moment, quotesOf(market), {
        number: (step) => messageNumber(market, step),
        stepOf: (sequence) => stepOfMessage(market, sequence),
        stepAt: (time) => messageStepAt(market, time),
      });
    },
  };
}

interface BybitRequest {
  readonly op?: unknown;
  readonly args?: unknown;
  readonly req_id?: unknown;
}

function session(knows: (topic: string) => boolean): Session {
  return {
    received(client, text) {
      const { op, args, req_id: requestId } = requestOf(text);
      const answer = (success: boolean, ret_msg: string) =>
        client.reply(
          JSON.stringify({ success, ret_msg, conn_id: connectionId(client), req_id: String(requestId ?? ''), op }),
        );
      if (op === 'ping') return answer(true, 'pong');
      if (op !== 'subscribe' && op !== 'unsubscribe') return answer(false, `error:unknown op,op:${String(op ?? '')}`);
      if (!isTexts(args) || args.length === 0) return answer(false, 'error:args is empty or no list');
      const problem = op === 'subscribe' ? problemOf(args, client, knows) : null;
      // One bad topic fails the whole request.
      if (problem !== null) return answer(false, problem);
      answer(true, '');
      for (const topic of args) {
        if (op === 'subscribe') client.subscribe(topic);
        else client.unsubscribe(topic);
      }
    },
  };
}

function problemOf(args: readonly string[], client: Client, knows: (topic: string) => boolean): string | null {
  const unknown = args.find((topic) => !knows(topic));
  if (unknown !== undefined) return `error:handler not found,topic:${unknown}`;
  const again = args.find((topic) => client.topics.has(topic));
  if (again !== undefined) return `error:already subscribed,topic:${again}`;
  const characters = [...client.topics, ...args].reduce((sum, topic) => sum + topic.length, 0);
  return client.strict && characters > mostCharacters ? `error:args length over ${mostCharacters} characters` : null;
}

function requestOf(text: string): BybitRequest {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as BybitRequest) : {};
  } catch {
    return {};
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function connectionId(client: Client): string {
  return `cs${client.name.replace(/\D/g, '').padStart(17, '0')}-2xh`;
}
