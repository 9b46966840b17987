import { json, page, text } from '../http/reply.ts';
import { ms } from '../model/text.ts';
import type { BadParameter } from '../parameters.ts';
import type { Fact, Refusals, Reply } from '../venue.ts';

/** Bybit's envelope around every result. */
export function envelope(result: unknown, at: number, facts: readonly Fact[] = []): Reply {
  return json({ retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: ms(at) }, facts);
}

/** An error of Bybit's: a code in the envelope, with HTTP status 200. */
export function refuse(retCode: number, retMsg: string, at: number): Reply {
  return json({ retCode, retMsg, result: {}, retExtInfo: {}, time: ms(at) });
}

export function refuseParameter(error: BadParameter, at: number): Reply {
  return refuse(
    10001,
    `params error: ${error.parameter} ${error.reason === 'missing' ? 'is required' : 'invalid'}`,
    at,
  );
}

export function notFound(): Reply {
  return text(404, '404 page not found');
}

export const bybitRefusals: Refusals = {
  rateLimited: (at) => ({ ...refuse(10429, 'System level frequency protection.', at), status: 429 }),
  banned: () => text(403, '403, access too frequent'),
  unavailable: (at, status) =>
    status === 500
      ? { ...refuse(10016, 'Server error.', at), status }
      : page(status, `${status}`, 'Service unavailable'),
};

/** The limit of one account, told in the envelope and in headers rather than by the status. */
export function overAccountLimit(at: number, seconds: number): Reply {
  return {
    ...refuse(10006, 'Too many visits. Exceeded the API Rate Limit.', at),
    headers: {
      'x-bapi-limit': '50',
      'x-bapi-limit-status': '0',
      'x-bapi-limit-reset-timestamp': String(ms(at) + seconds * 1000),
    },
  };
}
