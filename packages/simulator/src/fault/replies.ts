import { second } from '@feedlake/schema';
import { overAccountLimit } from '../bybit/envelope.ts';
import { json, page } from '../http/reply.ts';
import type { Reply, VenueApi } from '../venue.ts';
import { withBadRow } from './bad-row.ts';
import type { FaultRule } from './rule.ts';

/** A reply that stands in place of the true one; null where the fault is not in what is said. */
export function faultReply(rule: FaultRule, api: VenueApi, at: number): Reply | null {
  const { refusals } = api;
  switch (rule.kind) {
    case '429':
      return { ...refusals.rateLimited(at), status: 429 };
    case '429-retry-after':
      return { ...refusals.rateLimited(at), status: 429, headers: { 'retry-after': String(rule.seconds ?? 30) } };
    case 'account-limit':
      return api.id === 'bybit'
        ? overAccountLimit(at, rule.seconds ?? 1)
        : { ...refusals.rateLimited(at), status: 429 };
    case '418':
      return { ...refusals.banned(at, at + (rule.seconds ?? 120) * second), status: 418 };
    case '451':
      return json(
        { code: 0, msg: "Service unavailable from a restricted location according to 'b. Eligibility' in our terms." },
        [],
        451,
      );
    case '403-html':
      return page(
        403,
        'ERROR: The request could not be satisfied',
        'The Amazon CloudFront distribution is configured to block access from your country.',
      );
    case '5xx':
      return refusals.unavailable(at, rule.status ?? 503);
    case '200-html':
      return page(200, 'Just a moment...', 'Checking your browser.');
    default:
      return null;
  }
}

/** The true reply with what a fault does to its body. Facts that no longer stand in it are left out. */
export function spoiled(rule: FaultRule, reply: Reply): Reply {
  if (rule.kind === 'truncated') return { ...reply, body: reply.body.slice(0, reply.body.length / 2), facts: [] };
  if (rule.kind === 'cut') return { ...reply, facts: [] };
  return rule.kind === 'bad-row'
    ? withBadRow(reply, rule.row ?? null, rule.value === undefined ? '' : rule.value)
    : reply;
}
