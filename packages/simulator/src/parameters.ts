import type { VenueRequest } from './venue.ts';

/** A request that the venue would refuse; each venue words the refusal itself. */
export class BadParameter extends Error {
  override readonly name = 'BadParameter';
  readonly parameter: string;
  readonly reason: 'missing' | 'malformed' | 'range';

  constructor(parameter: string, reason: BadParameter['reason']) {
    super(`${parameter} is ${reason}`);
    this.parameter = parameter;
    this.reason = reason;
  }
}

/** A parameter of the query, or null where it is absent or empty. */
export function optional(request: VenueRequest, name: string): string | null {
  const value = request.query.get(name);
  return value === null || value === '' ? null : value;
}

/** @throws BadParameter when it is absent. */
export function required(request: VenueRequest, name: string): string {
  const value = optional(request, name);
  if (value === null) throw new BadParameter(name, 'missing');
  return value;
}

/** A whole number of the query, or the fallback. @throws BadParameter when it is something else. */
export function whole<Fallback>(request: VenueRequest, name: string, fallback: Fallback): number | Fallback {
  const value = optional(request, name);
  if (value === null) return fallback;
  if (!/^\d{1,16}$/.test(value)) throw new BadParameter(name, 'malformed');
  return Number(value);
}

/** A `limit` between 1 and a maximum. @throws BadParameter when it is outside. */
export function limitUpTo(request: VenueRequest, maximum: number, fallback: number): number {
  const limit = whole(request, 'limit', fallback);
  if (limit < 1 || limit > maximum) throw new BadParameter('limit', 'range');
  return limit;
}

/** Milliseconds of the query as microseconds, or the fallback (in microseconds). @throws BadParameter */
export function millisecondsAt(request: VenueRequest, name: string, fallback: number): number {
  const value = whole(request, name, null);
  return value === null ? fallback : value * 1000;
}
