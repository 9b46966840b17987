import { symbolFromInput } from '@feedlake/schema';
import { resolveSymbol } from '../instruments.ts';
import type { Venue } from '../venue.ts';

/** An instrument as rows name it. */
export interface InstrumentName {
  readonly symbol: string;
  readonly venue_symbol: string;
}

/**
 * Names an instrument that is known by what was asked for, or by the venue's own name, with what the venue has told
 * about its instruments so far. What it does not list goes by the name it has.
 */
export function instrumentName(venue: Venue, name: string): InstrumentName {
  const { instruments } = venue.reference;
  const listed = instruments.get(name) ?? resolveSymbol(venue.id, name, [...instruments.values()])?.instrument;
  if (listed !== undefined) return { symbol: listed.symbol, venue_symbol: listed.venue_symbol };
  const symbol = symbolFromInput(name) ?? venue.symbolOf(name) ?? name;
  return { symbol, venue_symbol: name };
}
