import type { ReplyMapper } from '../adapter.ts';
import type { Mapping } from '../mapping.ts';
import { arrayOf, integerOf, type JsonObject, msTime, objectOf, textOf } from '../value.ts';

/** What a reply about linear contracts holds. */
export interface Content {
  readonly result: JsonObject;
  /** When the venue made the reply, in microseconds. */
  readonly time: number | null;
}

/** The venue's code and words in an envelope, old `ret_code` ones included; null when it is none. Code 0 is success. */
export function verdictOf(value: unknown): { code: number; message: string } | null {
  const envelope = objectOf(value);
  const code = integerOf(envelope?.retCode ?? envelope?.ret_code);
  return code === null ? null : { code, message: `${envelope?.retMsg ?? envelope?.ret_msg ?? 'error'} (${code})` };
}

/**
 * A mapper for replies in Bybit's v5 envelope. An error in it is rejected in the venue's words, and what is about
 * spot, options or inverse contracts is ignored: their names can be the same as those of linear ones.
 */
export function enveloped(paths: readonly string[], map: (content: Content, mapping: Mapping) => void): ReplyMapper {
  return {
    method: 'GET',
    paths,
    map(body, mapping) {
      if (isError(body, mapping)) return;
      const result = objectOf(objectOf(body)?.result);
      const category = textOf(result?.category) ?? mapping.parameter('category');
      if (result === null) mapping.reject('the reply has no result');
      else if (category !== null && category !== 'linear') mapping.ignore(`category ${category}: no linear contracts`);
      else map({ result, time: msTime(objectOf(body)?.time) }, mapping);
    },
  };
}

/** A mapper for envelopes with a `list` of objects. */
export function listed(
  paths: readonly string[],
  mapOne: (entry: JsonObject, content: Content, mapping: Mapping) => void,
): ReplyMapper {
  return enveloped(paths, (content, mapping) => {
    const list = arrayOf(content.result.list);
    if (list === null) mapping.reject('the reply has no list');
    for (const value of list ?? []) {
      const entry = objectOf(value);
      if (entry === null) mapping.reject(`no object in the list: ${JSON.stringify(value)}`);
      else mapOne(entry, content, mapping);
    }
  });
}

/** A mapper for replies without data of ours; errors are still reported. */
export function ignored(paths: readonly string[], reason: string): ReplyMapper {
  return {
    method: 'GET',
    paths,
    map(body, mapping) {
      if (!isError(body, mapping)) mapping.ignore(reason);
    },
  };
}

function isError(body: unknown, mapping: Mapping): boolean {
  const verdict = verdictOf(body);
  if (verdict?.code === 0) return false;
  mapping.reject(verdict === null ? 'no reply of Bybit: retCode is missing' : `error of the venue: ${verdict.message}`);
  return true;
}
