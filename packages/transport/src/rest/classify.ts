import { type Fault, type FaultKind, VenueError } from '../fault.ts';
import { isJsonBody } from './body.ts';
import type { RestReply } from './request.ts';

/**
 * What a reply means by its status and content alone, for whatever the venue's own rules leave open. The retry time of
 * a `Retry-After` header is added elsewhere, to every fault alike.
 * @returns null when nothing is wrong.
 */
export function classify(reply: RestReply): Fault | null {
  const kind = kindOf(reply);
  return kind === null ? null : { kind, message: messageOf(kind, reply) };
}

/** The error for a reply that can't be what was asked for, as its reader found. */
export function malformed(
  exchange: string,
  reply: RestReply,
  reason = 'the reply is not what was asked for',
): VenueError {
  const fault: Fault = { kind: 'malformed', message: `${reason}: ${excerpt(reply) || 'empty body'}` };
  return new VenueError(exchange, fault, reply.status);
}

const blocked = /cloudfront|restricted|forbidden (location|region|country)|\bblock(ed)?\b|your country|your region/i;

function kindOf(reply: RestReply): FaultKind | null {
  const { status } = reply;
  if (status >= 200 && status < 300) return isReadable(reply) ? null : 'malformed';
  if (status === 429) return 'rate_limited';
  if (status === 418) return 'banned';
  if (status === 451) return 'geo_blocked';
  if (status === 403) return isHtml(reply) || blocked.test(reply.text) ? 'geo_blocked' : 'auth';
  if (status === 401 || status === 407) return 'auth';
  if (status === 408 || status === 504) return 'timeout';
  return status >= 500 ? 'maintenance' : 'bad_request';
}

function isReadable(reply: RestReply): boolean {
  if (reply.status === 204) return true;
  if (reply.text.trim() === '' || isHtml(reply)) return false;
  return !(isJsonBody(reply.headers['content-type'] ?? '', reply.text) && reply.value === reply.text);
}

function isHtml(reply: RestReply): boolean {
  return /^\s*</.test(reply.text) || /\bhtml\b/i.test(reply.headers['content-type'] ?? '');
}

function messageOf(kind: FaultKind, reply: RestReply): string {
  if (kind === 'malformed') return `${malformation(reply)}: ${excerpt(reply) || 'empty body'}`;
  const { location } = reply.headers;
  if (location !== undefined && URL.canParse(location)) {
    return `HTTP ${reply.status}: redirected to ${new URL(location).origin}, which is not followed`;
  }
  const words = excerpt(reply);
  return `HTTP ${reply.status}${words === '' ? '' : `: ${words}`}`;
}

function malformation(reply: RestReply): string {
  return isHtml(reply) ? 'a web page instead of data' : 'the reply is no valid JSON';
}

/** What a reply says, for people: an error text inside JSON, a page's title, else how it begins. */
function excerpt({ text, value }: RestReply): string {
  const words = jsonMessage(value) ?? /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? text;
  const line = words.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function jsonMessage(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const said = Object.entries(value).find(
    ([name, text]) => ['msg', 'message', 'retMsg', 'error'].includes(name) && typeof text === 'string' && text !== '',
  );
  return said === undefined ? null : String(said[1]);
}
