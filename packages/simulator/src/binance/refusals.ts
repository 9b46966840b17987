import { json, page } from '../http/reply.ts';
import { ms } from '../model/text.ts';
import type { BadParameter } from '../parameters.ts';
import type { Refusals, Reply, VenueRequest } from '../venue.ts';

/** Binance's error body: `{"code":-1121,"msg":"Invalid symbol."}`. */
export function refuse(code: number, msg: string, status = 400): Reply {
  return json({ code, msg }, [], status);
}

/** How Binance words a request that it can't take. */
export function refuseParameter(error: BadParameter): Reply {
  const { parameter, reason } = error;
  if (reason === 'range') return refuse(-1130, `Data sent for parameter '${parameter}' is not valid.`);
  return refuse(-1102, `Mandatory parameter '${parameter}' was not sent, was empty/null, or malformed.`);
}

export function notFound(request: VenueRequest): Reply {
  return refuse(-5000, `Path ${request.path}, Method ${request.method} is invalid`, 404);
}

export const binanceRefusals: Refusals = {
  rateLimited: () =>
    refuse(
      -1003,
      'Too many requests; current limit of IP(127.0.0.1) is 2400 requests per minute. Please slow down.',
      429,
    ),
  banned: (_at, until) =>
    refuse(-1003, `Way too many requests; IP(127.0.0.1) banned until ${ms(until)}. Please slow down.`, 418),
  unavailable: (_at, status) =>
    status === 503
      ? refuse(-1, 'Service Unavailable.', 503)
      : page(status, `${status} Error`, 'The request could not be satisfied.'),
};
