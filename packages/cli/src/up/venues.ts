import { openVenue, type Venue } from '@feedlake/collector';
import type { Config } from '@feedlake/config';
import type { Logger, Metrics } from '@feedlake/telemetry';

/** The exchanges of a process, each opened once: whoever uses one keeps within the same budgets. */
export class Venues {
  readonly #config: Config;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #end = new AbortController();
  readonly #venues = new Map<string, Venue>();

  constructor(config: Config, logger: Logger, metrics: Metrics) {
    this.#config = config;
    this.#logger = logger;
    this.#metrics = metrics;
  }

  /** @throws VenueSettingsError when it can't be opened. */
  of(id: string): Venue {
    const known = this.#venues.get(id);
    if (known !== undefined) return known;
    const venue = openVenue(this.#config, id, this.#logger, this.#end.signal, { metrics: this.#metrics });
    this.#venues.set(id, venue);
    return venue;
  }

  /** Ends what is under way and closes all connections. */
  async close(): Promise<void> {
    this.#end.abort(new Error('the exchanges were closed'));
    await Promise.all([...this.#venues.values()].map((venue) => venue.close()));
  }
}
