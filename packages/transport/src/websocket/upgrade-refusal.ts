import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Fault } from '../fault.ts';
import { bodyValue, decodeBody } from '../rest/body.ts';
import { classify } from '../rest/classify.ts';
import type { RestReply } from '../rest/request.ts';
import { retryAfter } from '../rest/retry-after.ts';
import type { WebSocketRules } from './rules.ts';

/** More of a refusal is not read. */
const maxBodyBytes = 64 * 1024;

/** A host that answered the request for a WebSocket with something else. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly reply: RestReply;

  constructor(reply: RestReply) {
    super(`HTTP ${reply.status}`);
    this.reply = reply;
  }
}

/** Reads such an answer, up to a limit. A body that can't be read counts as none. */
export async function readRefusal(response: IncomingMessage, clock: Clock): Promise<UpgradeRefused> {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );
  const text = await bodyOf(response, headers['content-encoding'] ?? '').catch(() => '');
  const value = bodyValue(headers['content-type'] ?? '', text);
  return new UpgradeRefused({ status: response.statusCode ?? 0, headers, text, value, received: clock.now() });
}

async function bodyOf(response: IncomingMessage, encoding: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > maxBodyBytes) break;
  }
  return decodeBody(Buffer.concat(parts), encoding, 16 * maxBodyBytes);
}

/** What a refusal means: the venue's own words first, then the general rules for replies. */
export function refusalFault(reply: RestReply, rules: Pick<WebSocketRules, 'refusal'>, now: number): Fault {
  const plain: Fault = { kind: 'bad_request', message: `HTTP ${reply.status} in place of a WebSocket` };
  const fault = rules.refusal?.(reply) ?? classify(reply) ?? plain;
  const told = retryAfter(reply.headers, now);
  return told === undefined ? fault : { ...fault, retryAt: Math.max(told, fault.retryAt ?? 0) };
}
