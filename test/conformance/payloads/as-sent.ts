import { parseVerbatim } from './verbatim.ts';

/** A message of a stream as it comes on a route of ours. */
export interface AsSent {
  readonly text: string;
  /** The topic that it is data of; null where it is no data. */
  readonly topic: string | null;
}

type Message = Readonly<Record<string, unknown>>;

/**
 * Puts a recorded message into the envelope that it comes in, where its source kept the content alone, and reads its
 * topic off it in a way of its own.
 */
export function asSent(venue: string, text: string): AsSent {
  const message = parseVerbatim(text) as Message;
  return envelopes[venue]?.(text, message) ?? { text, topic: null };
}

const envelopes: Readonly<Record<string, (text: string, message: Message) => AsSent>> = {
  binance(text, message) {
    if ('stream' in message && 'data' in message) return { text, topic: String(message.stream) };
    const symbol = message.s ?? (message.o as Message | undefined)?.s;
    if (typeof symbol !== 'string') return { text, topic: null };
    const topic = `${symbol.toLowerCase()}@${message.e ?? 'bookTicker'}`;
    return { text: `{"stream":"${topic}","data":${text.trim()}}`, topic };
  },
  bybit: (text, message) => ({ text, topic: 'topic' in message ? String(message.topic) : null }),
  hyperliquid(text, { channel, data }) {
    const content = (Array.isArray(data) ? data[0] : data) as Message | undefined;
    if (typeof channel !== 'string' || controls.includes(channel)) return { text, topic: null };
    const parts = [channel === 'candle' ? content?.i : undefined, content?.user, content?.coin ?? content?.s];
    return { text, topic: [channel, ...parts.filter((part) => typeof part === 'string')].join(':') };
  },
  backpack(text, message) {
    if ('stream' in message) return { text, topic: String(message.stream) };
    if (!('e' in message)) return { text, topic: null };
    const topic = `${message.e}.${message.s}`;
    return { text: `{"data":${text.trim()},"stream":"${topic}"}`, topic };
  },
};

const controls = ['subscriptionResponse', 'error', 'pong', 'post'];
