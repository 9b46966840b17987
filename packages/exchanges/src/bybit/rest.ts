import { minute } from '@feedlake/schema';
import type { Fault, FaultKind, RestReply, RestRules } from '@feedlake/transport';
import { msTime } from '../value.ts';
import { verdictOf } from './envelope.ts';

/** Return codes: Bybit v5, "Error Codes". */
const kinds: Readonly<Record<number, FaultKind>> = {
  10000: 'timeout',
  10003: 'auth',
  10004: 'auth',
  10005: 'auth',
  10006: 'rate_limited',
  10007: 'auth',
  10008: 'auth',
  10009: 'geo_blocked',
  10010: 'auth',
  10016: 'maintenance',
  10018: 'rate_limited',
  10024: 'geo_blocked',
  10029: 'bad_symbol',
  10429: 'rate_limited',
  33004: 'auth',
};

/** Bybit v5 REST: hosts, budget per address ("Rate Limit Rules"), errors. */
export const rest: RestRules = {
  hosts: ['https://api.bybit.com', 'https://api.bytick.com'],
  budgets: [{ pool: 'requests', capacity: 600, seconds: 5 }],
  fault: faultOfReply,
};

/** What a reply means: for requests and for refused connections alike. */
export function faultOfReply(reply: RestReply): Fault | null {
  const verdict = verdictOf(reply.value);
  if (verdict === null) return reply.status === 403 ? faultOfForbidden(reply) : null;
  const { code, message } = verdict;
  if (code === 0) return null;
  if (code === 10001) return { kind: /symbol/i.test(message) ? 'bad_symbol' : 'bad_request', message };
  const kind = kinds[code] ?? (reply.status === 200 ? 'bad_request' : null);
  const reset = kind === 'rate_limited' ? msTime(reply.headers['x-bapi-limit-reset-timestamp']) : null;
  return kind === null ? null : { kind, message, ...(reset !== null && { retryAt: reset }) };
}

/** 403 is said to an address that sent too much and must pause for ten minutes, and to one in a blocked country. */
function faultOfForbidden(reply: RestReply): Fault | null {
  if (/access too frequent/i.test(reply.text)) {
    return { kind: 'rate_limited', message: '403, access too frequent', retryAt: reply.received + 10 * minute };
  }
  if (/<html|<!doctype html|block access from your country/i.test(reply.text)) {
    return { kind: 'geo_blocked', message: 'access is blocked from this location (403 with an HTML page)' };
  }
  return null;
}
