import { parseJson } from '@feedlake/schema';
import type { Fault, RestReply, RestRequest, RestRules } from '@feedlake/transport';
import { objectOf, textOf } from '../value.ts';

/** Hyperliquid's public REST: one path, weights per address, no limit headers. Docs: "Rate limits and user limits". */
export const rest: RestRules = {
  hosts: ['https://api.hyperliquid.xyz'],
  headers: { 'content-type': 'application/json' },
  budgets: [{ pool: 'weight', capacity: 1200, seconds: 60 }],
  fault: faultOfReply,
};

type InfoBody = Readonly<Record<string, string | number | Readonly<Record<string, string | number>>>>;

/** A request to `/info`. Without a `weight` it costs 20, as most of them do. */
export function info(body: InfoBody, weight = 20): RestRequest {
  return { method: 'POST', path: '/info', body: JSON.stringify(body), costs: { weight } };
}

/**
 * A coin or dex that does not exist is answered with `null`, under status 200 or 500 depending on the type: asking
 * again does not help. Other errors are plain texts that follow from their status.
 */
function faultOfReply(reply: RestReply, request: RestRequest): Fault | null {
  const isAnswer = reply.status === 200 || reply.status === 500;
  if (!isAnswer || (reply.value !== null && reply.value !== 'null')) return null;
  const body = objectOf(parseJson(request.body ?? 'null'));
  const name = textOf(body?.coin) ?? textOf(objectOf(body?.req)?.coin) ?? textOf(body?.dex);
  return name === null ? null : { kind: 'bad_symbol', message: `${name} is unknown` };
}
