import type { Fault, FaultKind, RestReply, RestRules } from '@feedlake/transport';
import { integerOf } from '../value.ts';
import { type ErrorBody, errorOf } from './reply.ts';

/** Error codes: developers.binance.com, USD-M futures, "Error Code". Others follow from the status. */
const kinds: Readonly<Record<number, FaultKind>> = {
  [-1000]: 'maintenance',
  [-1001]: 'maintenance',
  [-1003]: 'rate_limited',
  [-1007]: 'timeout',
  [-1008]: 'maintenance',
  [-1016]: 'maintenance',
  [-1121]: 'bad_symbol',
  [-1122]: 'bad_symbol',
  [-2014]: 'auth',
  [-2015]: 'auth',
};

/** Binance USD-M REST: hosts, budgets per address, errors. */
export const rest: RestRules = {
  hosts: ['https://fapi.binance.com'],
  budgets: [
    { pool: 'weight', capacity: 2400, seconds: 60 },
    { pool: 'futures_data', capacity: 1000, seconds: 300 },
    { pool: 'funding', capacity: 500, seconds: 300 },
  ],
  usage(headers): Readonly<Record<string, number>> {
    const used = integerOf(headers['x-mbx-used-weight-1m']);
    return used === null ? {} : { weight: used };
  },
  fault: faultOfReply,
};

/** What a reply means: for requests and for refused connections alike. */
export function faultOfReply(reply: RestReply): Fault | null {
  const error = errorOf(reply.value);
  if (error === null) return null;
  const { code, text } = error;
  const fault = faultOfError(error);
  const message = `${text} (${code})`;
  if (reply.status === 418 && fault?.kind !== 'banned') return { kind: 'banned', message };
  if (fault !== null) return fault;
  if (reply.status === 451) return { kind: 'geo_blocked', message };
  return code <= -1100 ? { kind: 'bad_request', message } : null;
}

/** What an error means by its code and words alone; null where those don't tell. */
export function faultOfError({ code, text }: ErrorBody): Fault | null {
  const message = `${text} (${code})`;
  const ban = /banned until (\d+)/.exec(text);
  if (ban !== null) return { kind: 'banned', message, retryAt: Number(ban[1]) * 1000 };
  const kind = kinds[code];
  return kind === undefined ? null : { kind, message };
}
