import type { Fault, FaultKind } from '../fault.ts';

/** Close codes by what they call for (RFC 6455, section 7.4.1, and IANA's registry of close codes). */
const kinds: Readonly<Record<number, FaultKind>> = {
  1002: 'bad_request',
  1003: 'bad_request',
  1007: 'bad_request',
  1008: 'bad_request',
  1009: 'bad_request',
  1011: 'maintenance',
  1012: 'maintenance',
  1013: 'maintenance',
  1014: 'maintenance',
  3000: 'auth',
  3003: 'auth',
  3008: 'timeout',
};

const names: Readonly<Record<number, string>> = {
  1001: 'going away',
  1002: 'protocol error',
  1006: 'without a word',
  1008: 'policy violation',
  1009: 'message too big',
  1011: 'internal error',
  1012: 'service restart',
  1013: 'try again later',
};

const tooMany = /rate|limit|too many|too frequent|throttl/i;

/** What the closing of a connection by the venue means. */
export function closeFault(code: number, reason: string): Fault {
  const kind = tooMany.test(reason) ? 'rate_limited' : (kinds[code] ?? 'network');
  const name = names[code] === undefined ? '' : ` ${names[code]}`;
  const line = reason.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return { kind, message: `connection closed (${code}${name})${line === '' ? '' : `: ${line}`}` };
}
