import { NativeVenue } from '@feedlake/collector';
import { nativeAdapters } from '@feedlake/exchanges';
import { type Simulator, type SimulatorOptions, startSimulator, type VenueId } from '@feedlake/simulator';
import { RestClient, type RestClientOptions } from '@feedlake/transport';
import { onTestFinished } from 'vitest';
import { FakeClock } from './fake-clock.ts';

/** 15 October 2026, 12:34:56 UTC, in microseconds. */
export const start = Date.UTC(2026, 9, 15, 12, 34, 56) * 1000;

/** Simulated exchanges and clients of them that have one clock, on which waiting takes no time. */
export interface Simulated {
  readonly simulator: Simulator;
  readonly clock: FakeClock;
  /** Opens an exchange as the collector does. */
  venue(id: VenueId, options?: Partial<RestClientOptions>): NativeVenue;
}

/** Starts simulated exchanges; they end with the test. */
export async function simulated(options: SimulatorOptions = {}): Promise<Simulated> {
  const clock = new FakeClock(start);
  const simulator = await startSimulator({ seed: 7, symbols: 60, now: () => clock.now(), ...options });
  const clients: RestClient[] = [];
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await simulator.close();
  });
  return {
    simulator,
    clock,
    venue(id, more = {}) {
      const adapter = nativeAdapters[id];
      if (adapter === undefined) throw new RangeError(id);
      const client = new RestClient({
        exchange: id,
        rules: adapter.rest,
        hosts: [simulator.urls[id]],
        concurrency: 8,
        clock,
        random: () => 1,
        ...more,
      });
      clients.push(client);
      return new NativeVenue(id, adapter, client);
    },
  };
}

/** The requests that a venue had for data, without those for its list of instruments. */
export function dataRequests(simulator: Simulator, id: VenueId): string[] {
  return simulator
    .requests(id)
    .map(({ path, query, body }) => `${path}${query === '' ? '' : `?${query}`}${body === '' ? '' : ` ${body}`}`)
    .filter(
      (request) => !/exchangeInfo|fundingInfo|instruments-info|"type":"(meta|perpDexs)"|api\/v1\/markets/.test(request),
    );
}
