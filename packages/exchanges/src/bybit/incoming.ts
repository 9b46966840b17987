import type { Fault, FaultKind, Incoming } from '@feedlake/transport';
import { accepted, complaint, dataOf, heartbeat, isContent, refused, unknown } from '../stream/incoming.ts';
import { Interner } from '../stream/interner.ts';
import { bytesOf, endOfText, standsAt } from '../stream/message-bytes.ts';
import { arrayOf, integerOf, type JsonObject, objectOf, textOf } from '../value.ts';
import { verdictOf } from './envelope.ts';

const opening = bytesOf('{"topic":"');
const more = bytesOf('","');
const topics = new Interner(dataOf);

/** Says what a message of the v5 public streams is: data begins with its topic. */
export function readIncoming(data: Buffer): Incoming {
  if (standsAt(data, opening, 0)) {
    const end = endOfText(data, opening.length);
    if (standsAt(data, more, end)) return topics.get(data, opening.length, end);
  }
  return understood(JSON.parse(data.toString()));
}

function understood(message: unknown): Incoming {
  const object = objectOf(message) ?? {};
  const topic = textOf(object.topic);
  if (topic !== null && isContent(object.data)) return dataOf(topic);
  const words = textOf(object.ret_msg) ?? textOf(object.retMsg);
  const isPing = object.op === 'ping' || object.op === 'pong' || words === 'pong';
  if (isPing && object.success !== false) return heartbeat;
  const code = verdictOf(object)?.code ?? 0;
  if (object.success === false || code !== 0) return refusalOf(object, words ?? 'refused');
  if (object.success !== true) return unknown;
  return object.op === 'subscribe' || object.op === 'unsubscribe' || objectOf(object.data) !== null
    ? acceptanceOf(object)
    : heartbeat;
}

/** Some families answer per topic (`successTopics`, `failTopics`), in place of the id. */
function acceptanceOf(object: JsonObject): Incoming {
  const lists = objectOf(object.data);
  const failed = namesIn(lists?.failTopics);
  if (failed.length > 0) return refused({ kind: 'bad_symbol', message: `refused: ${failed.join(', ')}` }, null, failed);
  const accept = namesIn(lists?.successTopics);
  return accepted(integerOf(object.req_id), accept.length > 0 ? accept : null);
}

function namesIn(value: unknown): string[] {
  return (arrayOf(value) ?? []).flatMap((name) => textOf(name) ?? []);
}

/** Topics as they are named in words: `error:handler not found,topic:tickers.NOPE`, `Invalid symbol :[tickers.NOPE]`. */
const topicShape =
  /\b(?:orderbook|publicTrade|tickers|allLiquidation|kline)\.(?:[A-Za-z0-9]+\.)?[A-Za-z0-9][A-Za-z0-9-]*/g;

/** One bad topic fails its whole request; the words may name it. What is subscribed already needs no asking. */
function refusalOf(object: JsonObject, words: string): Incoming {
  const fault: Fault = { kind: kindOf(words), message: words };
  const named = words.match(topicShape) ?? [];
  const topics = named.length > 0 ? named : null;
  if (/already subscribed/i.test(words)) return topics === null ? heartbeat : accepted(null, topics);
  const id = integerOf(object.req_id);
  const isAnswer = object.op === 'subscribe' || object.op === 'unsubscribe';
  return isAnswer || id !== null || topics !== null ? refused(fault, id, topics) : complaint(fault);
}

function kindOf(words: string): FaultKind {
  if (/too many|too frequent|rate limit/i.test(words)) return 'rate_limited';
  if (/symbol|topic|handler not found/i.test(words)) return 'bad_symbol';
  return /timeout|internal|system|busy/i.test(words) ? 'maintenance' : 'bad_request';
}
