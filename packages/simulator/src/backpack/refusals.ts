import { json, page, text } from '../http/reply.ts';
import type { BadParameter } from '../parameters.ts';
import type { Refusals, Reply } from '../venue.ts';

/** Backpack's JSON error, `{"code":"INVALID_CLIENT_REQUEST","message":"…"}`. */
export function refuse(status: number, code: string, message: string): Reply {
  return json({ code, message }, [], status);
}

/** Parameters are refused in plain text. */
export function refuseParameter(error: BadParameter): Reply {
  const reason = error.reason === 'missing' ? 'Type "string" expects an input value.' : 'invalid digit found in string';
  return text(400, `failed to parse parameter \`${error.parameter}\`: ${reason}`);
}

/** Unknown paths are refused in plain text. */
export const notFound: Reply = text(404, 'not found');

export const backpackRefusals: Refusals = {
  rateLimited: () => refuse(429, 'TOO_MANY_REQUESTS', 'You have been rate limited'),
  banned: () => refuse(429, 'TOO_MANY_REQUESTS', 'You have been rate limited'),
  unavailable: (_at, status) =>
    status === 503
      ? refuse(503, 'MAINTENANCE', 'Exchange is under maintenance')
      : page(status, `${status} ERROR`, 'The request could not be satisfied.'),
};
