import type { Fault, FaultKind, Incoming } from '@feedlake/transport';
import { accepted, complaint, dataOf, isContent, refused, unknown } from '../stream/incoming.ts';
import { Interner } from '../stream/interner.ts';
import { bytesOf, endOfText, standsAt, startOfText } from '../stream/message-bytes.ts';
import { integerOf, objectOf, textOf } from '../value.ts';

const contentFirst = bytesOf('{"data":{');
const topicLast = bytesOf('},"stream":"');
const close = bytesOf('"}');
const topicFirst = bytesOf('{"stream":"');
const content = bytesOf('","data":{');
const topics = new Interner(dataOf);

/** Says what a message is: data is `{"data":…,"stream":…}`, as it is sent, or the other way round, as it is documented. */
export function readIncoming(data: Buffer): Incoming {
  if (standsAt(data, contentFirst, 0)) {
    const end = data.length - close.length;
    const start = standsAt(data, close, end) ? startOfText(data, end) : -1;
    if (standsAt(data, topicLast, start - topicLast.length)) return topics.get(data, start, end);
  } else if (standsAt(data, topicFirst, 0)) {
    const end = endOfText(data, topicFirst.length);
    if (standsAt(data, content, end)) return topics.get(data, topicFirst.length, end);
  }
  return understood(JSON.parse(data.toString()));
}

/** Errors without an id are about the last frame: success is not answered, and ids are not echoed. */
function understood(message: unknown): Incoming {
  const object = objectOf(message) ?? {};
  const topic = textOf(object.stream);
  if (topic !== null && isContent(object.data)) return dataOf(topic);
  const error = objectOf(object.error);
  const id = integerOf(object.id);
  if (error === null) return id !== null && 'result' in object ? accepted(id) : unknown;
  const code = integerOf(error.code);
  const words = textOf(error.message) ?? 'error';
  const fault: Fault = { kind: kinds[code ?? 0] ?? kindOf(words), message: `${words} (${error.code})` };
  return code !== null && aboutSubscriptions.includes(code) ? refused(fault, id) : complaint(fault);
}

/** 4002 Parse error, 4006 Invalid stream, 4008 Invalid depth window. */
const aboutSubscriptions: readonly number[] = [4002, 4006, 4008];
const kinds: Readonly<Record<number, FaultKind>> = { 4006: 'bad_symbol' };

function kindOf(words: string): FaultKind {
  return /too many|rate limit/i.test(words) ? 'rate_limited' : 'bad_request';
}
