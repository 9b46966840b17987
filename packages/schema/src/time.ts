/** Times are whole microseconds since the epoch, UTC: they fit a JS number until the year 2255. */

export const second = 1_000_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The time now, in microseconds (the clock's own resolution is a millisecond). */
export function now(): number {
  return Date.now() * 1000;
}

const isoShape =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?$/;

/**
 * Reads an ISO 8601 date or timestamp; without a zone it is UTC. Digits past the microsecond are dropped.
 * @returns microseconds since the epoch, or null when the text is no such time.
 */
export function parseIsoTime(text: string): number | null {
  const parts = isoShape.exec(text);
  if (parts === null) return null;
  const [, year, month, date, hours = '00', minutes = '00', seconds = '00', fraction = '', zone = 'Z'] = parts;
  const stamp = `${year}-${month}-${date}T${hours}:${minutes}:${seconds}`;
  const ms = Date.parse(`${stamp}Z`);
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== stamp) return null;
  const micros = Number(fraction.padEnd(6, '0').slice(0, 6));
  return ms * 1000 + micros - offset(zone);
}

function offset(zone: string): number {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const minutes = zone.slice(3).replace(':', '');
  return sign * (Number(zone.slice(1, 3)) * hour + Number(minutes) * minute);
}

/** The last second that was written: most times are of the same second as the one before. */
let lastSecond = Number.NaN;
/** `2026-03-27T08:00:00.` */
let lastText = '';

/** ISO 8601 in UTC with microseconds, `2026-03-27T08:00:00.000000Z`. */
export function isoTime(micros: number): string {
  const seconds = Math.floor(micros / second);
  if (seconds !== lastSecond) {
    lastText = new Date(seconds * 1000).toISOString().slice(0, -4);
    lastSecond = seconds;
  }
  return `${lastText}${String(micros - seconds * second).padStart(6, '0')}Z`;
}

/** The UTC date of a time, `2026-03-27`. */
export function isoDate(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString().slice(0, 10);
}

/**
 * Microseconds from a venue's number of seconds, milliseconds, microseconds or nanoseconds, told apart by size: the
 * units differ by a factor of 1000, and market data lies between 2001 and 2286.
 * @returns null for numbers outside that range.
 */
export function fromEpoch(value: number): number | null {
  if (value >= 1e9 && value < 1e10) return Math.round(value * second);
  if (value >= 1e12 && value < 1e13) return Math.round(value * 1000);
  if (value >= 1e15 && value < 1e16) return Math.round(value);
  if (value >= 1e18 && value < 1e19) return Math.round(value / 1000);
  return null;
}

/** Rounds down to a multiple of `step`, both in microseconds. */
export function floorTo(micros: number, step: number): number {
  return Math.floor(micros / step) * step;
}
