import type { Graph } from '../offline/graph.ts';
import { alarms } from './alarms.ts';
import { buckets } from './buckets.ts';
import { containers } from './containers.ts';
import { delivery } from './delivery.ts';
import { functions } from './functions.ts';
import { network } from './network.ts';
import { permissions } from './permissions.ts';
import { retention } from './retention.ts';
import { plainSecrets } from './secrets.ts';

/** A rule over everything that would be deployed: one sentence for each way in which it is broken. */
export type Rule = (graph: Graph) => readonly string[];

/**
 * What is wrong with a deployment; nothing, if all is well.
 * @param secrets texts that may be found nowhere in plain
 */
export function violations(graph: Graph, secrets: readonly string[]): string[] {
  const rules: readonly Rule[] = [
    alarms,
    buckets,
    containers,
    delivery,
    functions,
    network,
    permissions,
    plainSecrets(secrets),
    retention,
  ];
  return rules.flatMap((rule) => rule(graph));
}
