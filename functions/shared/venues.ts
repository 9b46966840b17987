import { openVenue, type Venue } from '@feedlake/collector';
import type { Composition } from './compose.ts';

/**
 * Gives exchanges, each opened at the first call, and then the same for as long as the process lives.
 * @throws VenueSettingsError when one is asked for that the settings do not have.
 */
export function venuesOf({ config, logger }: Composition): (exchange: string) => Venue {
  const venues = new Map<string, Venue>();
  const neverEnds = new AbortController().signal;
  return (exchange) => {
    const venue = venues.get(exchange) ?? openVenue(config, exchange, logger, neverEnds);
    venues.set(exchange, venue);
    return venue;
  };
}
