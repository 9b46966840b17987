import type { Clock } from '../clock.ts';
import type { Fault } from '../fault.ts';
import type { Pass } from './admit.ts';
import { classify } from './classify.ts';
import { networkFault } from './network-fault.ts';
import { redactionOf } from './redact.ts';
import type { RestReply, RestRequest, RestRules } from './request.ts';
import type { Failure } from './retries.ts';
import { retryAfter } from './retry-after.ts';
import { send } from './send.ts';

/** The largest body accepted, as sent and as unpacked. */
export const maxBodyBytes = 64 * 1024 * 1024;

export interface AttemptOptions {
  readonly rules: RestRules;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What came of one sending. */
export interface Attempted {
  readonly reply: RestReply | null;
  readonly failure: Failure | null;
  /** Size of the body as it was sent. */
  readonly bytes: number;
}

/**
 * Sends a request once and says what came of it.
 * @throws the signal's reason when that is aborted; nothing else.
 */
export async function attempt(
  request: RestRequest,
  { route, endpoint }: Pass,
  options: AttemptOptions,
): Promise<Attempted> {
  const { rules, timeoutMs, clock, signal } = options;
  const { dispatcher, proxied, label } = route.exit;
  const { headers = {} } = rules;
  const redaction = redactionOf(request, headers);
  const sent = await send(request, {
    dispatcher,
    baseUrl: endpoint.baseUrl,
    headers,
    timeoutMs,
    maxBodyBytes,
    clock,
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    const { fault, atProxy } = networkFault(error, endpoint.host, proxied ? label : null);
    return { fault: { ...fault, message: redaction.text(fault.message) }, status: null, atProxy };
  });
  if ('fault' in sent) return { reply: null, failure: sent, bytes: 0 };
  const reply = redaction.reply(sent.reply);
  route.book.adopt(rules.usage?.(reply.headers) ?? {});
  const fault = faultOf(reply, request, rules, clock.now());
  const failure = fault === null ? null : { fault, status: reply.status, atProxy: false };
  return { reply, failure, bytes: sent.bytes };
}

/** The venue's own words first, then the general rules; a `Retry-After` header counts with either. */
function faultOf(reply: RestReply, request: RestRequest, rules: RestRules, now: number): Fault | null {
  const fault = rules.fault(reply, request) ?? classify(reply);
  const told = fault === null ? undefined : retryAfter(reply.headers, now);
  if (fault === null || told === undefined) return fault;
  return { ...fault, retryAt: Math.max(told, fault.retryAt ?? 0) };
}
