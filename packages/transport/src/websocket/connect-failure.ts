import { VenueError } from '../fault.ts';
import { networkFault } from '../rest/network-fault.ts';
import type { Endpoint, Failure } from './endpoints.ts';
import type { WebSocketRules } from './rules.ts';
import { refusalFault, UpgradeRefused } from './upgrade-refusal.ts';

/** What an attempt to connect failed of, in the same terms as a request. */
export function connectFailure(error: unknown, { host, exit }: Endpoint, rules: WebSocketRules, now: number): Failure {
  if (error instanceof VenueError) return { fault: error.fault, atProxy: false };
  if (error instanceof UpgradeRefused) return { fault: refusalFault(error.reply, rules, now), atProxy: false };
  return networkFault(error, host, exit.proxied ? exit.label : null);
}
