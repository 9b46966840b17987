import { fact } from '../http/reply.ts';
import type { Fact } from '../venue.ts';

/** A JSON object of a message. */
export type Wire = Readonly<Record<string, unknown>>;

/** A field that is an object, or an empty one. */
export function objectIn(wire: Wire, name: string): Wire {
  const value = wire[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Wire) : {};
}

/** A field that is a list of objects, or an empty one. */
export function rowsIn(wire: Wire, name: string): readonly Wire[] {
  const value = wire[name];
  return Array.isArray(value) ? (value as readonly Wire[]) : [];
}

/** A fact of a stream: the named fields as text, nested ones as JSON. @param time in microseconds. */
export function streamFact(
  about: { readonly dataset: string; readonly symbol: unknown; readonly time: number | null; readonly row?: number },
  wire: Wire,
  names: readonly string[],
): Fact {
  const texts = Object.fromEntries(
    Object.entries(wire).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  );
  const { dataset, symbol, time, row = 0 } = about;
  return fact({ dataset, kind: 'stream', symbol: String(symbol), time, row }, texts, names);
}
