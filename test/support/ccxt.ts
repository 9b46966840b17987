import { CcxtVenue } from '@feedlake/collector';
import { RestClient, type RestClientOptions } from '@feedlake/transport';
import { onTestFinished } from 'vitest';
import type { FakeClock } from './fake-clock.ts';

/** What a test has to say about an exchange through ccxt, beside its clock. */
export interface CcxtVenueSettings extends Partial<RestClientOptions> {
  /** The exchange by its id among ccxt's; default: the id. */
  readonly ccxt?: string;
}

/** Opens an exchange through ccxt at these hosts, instead of its own. It ends with the test. */
export function ccxtVenue(
  id: string,
  hosts: readonly string[],
  clock: FakeClock,
  { ccxt = id, ...more }: CcxtVenueSettings = {},
): CcxtVenue {
  const venue = new CcxtVenue({
    id,
    exchange: ccxt,
    options: {},
    // ccxt spaces its requests by the real clock, which nothing here is about: this makes the spaces too short to matter.
    share: 1000,
    concurrency: 8,
    connect: (rules) => new RestClient({ exchange: id, rules, hosts, clock, random: () => 1, ...more }),
  });
  onTestFinished(() => venue.close());
  return venue;
}
