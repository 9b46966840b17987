import { ownNumber, stepOfOwn } from '../model/book-number.ts';
import type { Market } from '../model/market.ts';
import { simulatedBook } from '../stream/book-feed.ts';
import type { Session, StreamProtocol } from '../stream/protocol.ts';
import { intervals } from './market-data.ts';
import { channelFeed, depthWindows, liquidationFeed, quotesOf } from './stream-topics.ts';

export interface BackpackOptions {
  /**
   * Which stream of liquidations there is: one for all markets (`liquidation`, as the API's description has it) or one for
   * each (`liquidation.<symbol>`). The other one is no stream. Default `global`.
   */
  readonly liquidations?: 'global' | 'by-symbol';
}

/** What a stream's name says; the symbol may have dots of its own, so it is all that follows the channel. */
interface Parts {
  readonly channel: string;
  /** Null for a stream of all markets. */
  readonly symbol: string | null;
}

const plain = /^(bookTicker|trade|markPrice|openInterest|ticker|liquidation)\.(.+)$/;
const depth = /^depth(?:\.(\d+ms))?\.(.+)$/;
const candles = /^kline\.(\w+)\.(.+)$/;

const invalidStream = [4006, 'Invalid stream'] as const;
const parseError = [4002, 'Parse error'] as const;
const invalidWindow = [4008, 'Invalid depth window'] as const;

/** The WebSocket of Backpack. */
export function backpackStreams(markets: readonly Market[], options: BackpackOptions = {}): StreamProtocol {
  const open = markets.filter((market) => market.active);
  const bySymbol = new Map(open.map((market) => [market.symbol, market]));
  const perpetuals = open.filter((market) => market.type === 'perpetual');
  const global = (options.liquidations ?? 'global') === 'global';

  function partsOf(stream: string): Parts | readonly [code: number, message: string] {
    if (stream === 'liquidation') return global ? { channel: stream, symbol: null } : invalidStream;
    const [, window = '', book] = depth.exec(stream) ?? [];
    if (book !== undefined) {
      if (depthWindows[window] === undefined) return invalidWindow;
      return { channel: window === '' ? 'depth' : `depth.${window}`, symbol: book };
    }
    const [, interval = '', candle] = candles.exec(stream) ?? [];
    if (candle !== undefined) {
      return intervals[interval] === undefined ? invalidStream : { channel: `kline.${interval}`, symbol: candle };
    }
    const [, channel, symbol] = plain.exec(stream) ?? [];
    if (channel === undefined || symbol === undefined) return invalidStream;
    return channel === 'liquidation' && global ? invalidStream : { channel, symbol };
  }

  const session: Session = {
    received(client, text) {
      const refuse = ([code, message]: readonly [code: number, message: string]) =>
        client.reply(JSON.stringify({ id: null, error: { code, message } }));
      const request = requestOf(text);
      if (request === null) {
        refuse(parseError);
        return;
      }
      for (const stream of request.params) {
        const parts = partsOf(stream);
        if (!('channel' in parts)) refuse(parts);
        else if (request.method === 'SUBSCRIBE') client.subscribe(stream);
        else client.unsubscribe(stream);
      }
    },
    frame: (topic, text) => `{"data":${text},"stream":"${topic}"}`,
  };

  return {
    id: 'backpack',
    budgets: [],
    rules: { ping: { every: 60, within: 120 } },
    session: (path) => (path === '/' ? session : null),
    feed(topic, from) {
      const parts = partsOf(topic);
      if (!('channel' in parts)) return null;
      if (parts.symbol === null) return liquidationFeed(perpetuals, from);
      const market = bySymbol.get(parts.symbol);
      return market === undefined ? null : channelFeed(market, parts.channel, from);
    },
    book(symbol, moment) {
      const market = bySymbol.get(symbol);
      if (market === undefined) return null;
      return simulatedBook(market, moment, quotesOf(market), {
        number: (step) => ownNumber(market, step),
        stepOf: (sequence) => stepOfOwn(market, sequence),
      });
    },
  };
}

interface StreamRequest {
  readonly method: 'SUBSCRIBE' | 'UNSUBSCRIBE';
  readonly params: readonly string[];
}

function requestOf(text: string): StreamRequest | null {
  try {
    const { method, params } = JSON.parse(text) as { method?: unknown; params?: unknown };
    if (method !== 'SUBSCRIBE' && method !== 'UNSUBSCRIBE') return null;
    if (!Array.isArray(params) || params.some((each) => typeof each !== 'string')) return null;
    return { method, params };
  } catch {
    return null;
  }
}
