import { second } from '@feedlake/schema';

/**
 * When a `Retry-After` header says to come back: a number of seconds or an HTTP date (RFC 9110, section 10.2.3).
 * @param now microseconds since the epoch
 * @returns microseconds since the epoch, never before `now`; undefined where the header is absent or unreadable.
 */
export function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return now + Math.ceil(Number(text) * second);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(now, date * 1000);
}
