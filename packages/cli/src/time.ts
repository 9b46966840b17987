import { day, parseIsoTime } from '@feedlake/schema';
import { UsageError } from './exit.ts';

const dateOnly = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The start of a range as typed: an ISO date or timestamp, UTC.
 * @throws UsageError when the text is no time.
 */
export function fromTime(option: string, text: string): number {
  const time = parseIsoTime(text);
  if (time !== null) return time;
  throw new UsageError(`${option} ${text}: not a time; write 2026-10-01 or 2026-10-01T08:00:00Z`);
}

/**
 * The exclusive end of a range as typed: a timestamp is the end itself, a bare date includes that whole day.
 * @throws UsageError when the text is no time.
 */
export function toTime(option: string, text: string): number {
  const time = fromTime(option, text);
  return dateOnly.test(text) ? time + day : time;
}
