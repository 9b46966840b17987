import { isoTime } from '@feedlake/schema';

/** A time (µs) for people: to the second, rounded up. */
export function utcTime(micros: number): string {
  return isoTime(Math.ceil(micros / 1e6) * 1e6).replace(/\.\d+/, '');
}
