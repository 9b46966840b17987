import { createLogger } from '@feedlake/telemetry';
import { RestClient, type RestClientOptions, type RestRequest, type RestRules, VenueError } from '@feedlake/transport';
import { FakeClock } from './fake-clock.ts';

let clients = 0;

/** Rules of a venue that has nothing special to say. */
export function plainRules(rules: Partial<RestRules> = {}): RestRules {
  return { hosts: [], budgets: [], fault: () => null, ...rules };
}

/** A client with a clock of its own, full waits instead of random ones, and a log that can be read. */
export function testClient(hosts: readonly string[], options: Partial<RestClientOptions> = {}) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const logger = createLogger({ level: 'trace', stream: { write: (line) => lines.push(line) } });
  // Budgets are shared by all clients of a venue in the process: each test has a venue of its own.
  const exchange = `venue${++clients}`;
  const client = new RestClient({ exchange, rules: plainRules(), hosts, clock, logger, random: () => 1, ...options });
  return { client, clock, lines, exchange, [Symbol.asyncDispose]: () => client.close() };
}

export function get(path: string, costs: RestRequest['costs'] = {}): RestRequest {
  return { method: 'GET', path, costs };
}

/** The error of a request that must fail. */
export async function failure(request: Promise<unknown>): Promise<VenueError> {
  const error = await request.then(
    (reply) => new Error(`no failure but ${JSON.stringify(reply)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof VenueError) return error;
  throw error;
}
