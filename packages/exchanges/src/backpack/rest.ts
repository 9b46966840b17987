import type { Fault, FaultKind, RestReply, RestRequest, RestRules } from '@feedlake/transport';
import { objectOf, textOf } from '../value.ts';

/** Codes of error bodies (docs: `ApiErrorCode`); the others follow from the status. */
const kinds: Readonly<Record<string, FaultKind>> = {
  INVALID_MARKET: 'bad_symbol',
  INVALID_SYMBOL: 'bad_symbol',
  INVALID_SIGNATURE: 'auth',
  MAINTENANCE: 'maintenance',
  SERVER_ERROR: 'maintenance',
  TIMEOUT: 'timeout',
  TOO_MANY_REQUESTS: 'rate_limited',
  UNAUTHORIZED: 'auth',
};

/** Backpack's public REST. No header tells how much of the budget is used. */
export const rest: RestRules = {
  hosts: ['https://api.backpack.exchange'],
  budgets: [{ pool: 'requests', capacity: 2000, seconds: 60 }],
  fault: faultOfReply,
};

/** Errors are `{code, message}`, except those about parameters and paths: plain texts that follow from their status. */
function faultOfReply(reply: RestReply, request: RestRequest): Fault | null {
  const body = objectOf(reply.value);
  const code = textOf(body?.code);
  const text = textOf(body?.message);
  if (code === null || text === null) return null;
  const kind = kinds[code] ?? kindByContext(code, text, request) ?? (reply.status < 400 ? 'bad_request' : null);
  return kind === null ? null : { kind, message: `${text} (${code})` };
}

/** An unknown market is an invalid request whose message says so, a closed one a resource that is not found. */
function kindByContext(code: string, text: string, request: RestRequest): FaultKind | null {
  const asksForSymbol = /[?&]symbol=/.test(request.path);
  if (code === 'INVALID_CLIENT_REQUEST') return asksForSymbol && /symbol/i.test(text) ? 'bad_symbol' : 'bad_request';
  return code === 'RESOURCE_NOT_FOUND' && asksForSymbol ? 'bad_symbol' : null;
}
