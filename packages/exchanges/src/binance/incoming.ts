import type { Incoming } from '@feedlake/transport';
import { accepted, complaint, dataOf, isContent, refused, unknown } from '../stream/incoming.ts';
import { Interner } from '../stream/interner.ts';
import { bytesOf, endOfText, standsAt } from '../stream/message-bytes.ts';
import { integerOf, objectOf, textOf } from '../value.ts';
import { errorOf } from './reply.ts';
import { faultOfError } from './rest.ts';

const opening = bytesOf('{"stream":"');
const content = bytesOf('","data":{');
const topics = new Interner(dataOf);

/** Says what a message of a combined stream is: data is `{"stream":…,"data":…}`. */
export function readIncoming(data: Buffer): Incoming {
  if (standsAt(data, opening, 0)) {
    const end = endOfText(data, opening.length);
    if (standsAt(data, content, end)) return topics.get(data, opening.length, end);
  }
  return understood(JSON.parse(data.toString()));
}

/** Requests are answered by `{result, id}` or `{error: {code, msg}, id}`, before 2024 by `{code, msg, id}`. */
function understood(message: unknown): Incoming {
  const object = objectOf(message) ?? {};
  const topic = textOf(object.stream);
  if (topic !== null && isContent(object.data)) return dataOf(topic);
  const id = integerOf(object.id);
  const error = errorOf(object.error) ?? errorOf(object);
  if (error !== null) {
    const fault = faultOfError(error) ?? { kind: 'bad_request', message: `${error.text} (${error.code})` };
    return id === null ? complaint(fault) : refused(fault, id);
  }
  return 'result' in object && id !== null ? accepted(id) : unknown;
}
