import type { Incoming } from '@feedlake/transport';
import { accepted, complaint, dataOf, heartbeat, isContent, refused, unknown } from '../stream/incoming.ts';
import { Interner } from '../stream/interner.ts';
import { bytesOf, endOfText, standsAt } from '../stream/message-bytes.ts';
import { arrayOf, type JsonObject, objectOf, textOf } from '../value.ts';
import { topicOf } from './subscription.ts';

/** How the feeds with many messages begin, up to the name of their coin. */
const openings = [
  opening('trades', '[{"coin":"'),
  opening('bbo', '{"coin":"'),
  opening('l2Book', '{"coin":"'),
  opening('activeAssetCtx', '{"coin":"'),
];
/** The first byte that differs between them: the first letter of the channel. */
const letter = '{"channel":"'.length;

function opening(channel: string, data: string) {
  const bytes = bytesOf(`{"channel":"${channel}","data":${data}`);
  return { bytes, topics: new Interner((coin: string) => dataOf(`${channel}:${coin}`)) };
}

/** Says what a message is: data is `{"channel":…,"data":…}`, and names its coin first. */
export function readIncoming(data: Buffer): Incoming {
  for (const { bytes, topics } of openings) {
    if (data[letter] !== bytes[letter] || !standsAt(data, bytes, 0)) continue;
    const end = endOfText(data, bytes.length);
    if (end > 0) return topics.get(data, bytes.length, end);
  }
  return understood(JSON.parse(data.toString()));
}

/** Channels without data: answers to pings and to requests. */
const answers = ['pong', 'post'];

function understood(message: unknown): Incoming {
  const { channel, data } = objectOf(message) ?? {};
  const name = textOf(channel);
  if (name === null) return unknown;
  if (answers.includes(name)) return heartbeat;
  if (name === 'error') return refusalOf(textOf(data) ?? JSON.stringify(data) ?? 'error');
  if (name === 'subscriptionResponse') return acceptanceOf(objectOf(data) ?? {});
  if (!isContent(data)) return unknown;
  const entries = arrayOf(data);
  // No trades are no news of any coin.
  if (entries?.length === 0) return heartbeat;
  const topic = topicOf(name, objectOf(entries?.[0] ?? data) ?? {});
  return topic === null ? unknown : dataOf(topic);
}

/** The subscription is echoed. That it is ended is answered in order, and may come after it was asked for anew. */
function acceptanceOf({ method, subscription }: JsonObject): Incoming {
  const topic = topicOfSubscription(subscription);
  return method === 'unsubscribe' || topic === null ? accepted(null) : accepted(null, [topic]);
}

function topicOfSubscription(subscription: unknown): string | null {
  const about = objectOf(subscription);
  return about === null ? null : topicOf(textOf(about.type), about);
}

/**
 * Errors are a sentence, mostly with the request or its subscription as JSON at its end. Without it they are about the
 * oldest request, as long as they are about subscriptions at all: "Cannot track more than 10 total users".
 */
function refusalOf(words: string): Incoming {
  const about = objectOf(jsonIn(words));
  const named = topicOfSubscription(about?.subscription ?? about);
  // A subscription without a coin or a user is none of ours.
  const topic = named?.includes(':') === true ? named : null;
  if (/^already (un)?subscribed/i.test(words)) {
    return /^already un/i.test(words) || topic === null ? accepted(null) : accepted(null, [topic]);
  }
  const fault = { kind: 'bad_request', message: words } as const;
  if (topic !== null) return refused(fault, null, [topic]);
  return /subscri|track|websocket request/i.test(words) ? refused(fault, null) : complaint(fault);
}

function jsonIn(words: string): unknown {
  const start = words.indexOf('{');
  try {
    return start < 0 ? null : JSON.parse(words.slice(start));
  } catch {
    return null;
  }
}
