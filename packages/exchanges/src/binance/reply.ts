import type { ReplyMapper } from '../adapter.ts';
import type { Mapping } from '../mapping.ts';
import { integerOf, type JsonObject, manyOf, objectOf, textOf } from '../value.ts';

/** The venue's code and words. */
export interface ErrorBody {
  readonly code: number;
  readonly text: string;
}

/** What an error body, `{code, msg}`, says; null when the value is none. */
export function errorOf(value: unknown): ErrorBody | null {
  const body = objectOf(value);
  const code = integerOf(body?.code);
  const text = textOf(body?.msg);
  return code === null || text === null ? null : { code, text };
}

/** A mapper for replies of any shape. An error body is rejected in the venue's words. */
export function reply(paths: readonly string[], map: (body: unknown, mapping: Mapping) => void): ReplyMapper {
  return {
    method: 'GET',
    paths,
    map(body, mapping) {
      const error = errorOf(body);
      if (error === null) map(body, mapping);
      else mapping.reject(`error of the venue: ${error.text} (${error.code})`);
    },
  };
}

/** A mapper for replies that are an object or an array of objects of one shape. */
export function each(paths: readonly string[], mapOne: (entry: JsonObject, mapping: Mapping) => void): ReplyMapper {
  return reply(paths, (body, mapping) => {
    for (const value of manyOf(body)) {
      const entry = objectOf(value);
      if (entry === null) mapping.reject(`no object: ${JSON.stringify(value)?.slice(0, 80)}`);
      else mapOne(entry, mapping);
    }
  });
}

/** A mapper for replies without data of ours. */
export function ignored(paths: readonly string[], reason: string): ReplyMapper {
  return reply(paths, (_body, mapping) => mapping.ignore(reason));
}
