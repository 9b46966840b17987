import { at, type Graph, ofType } from '../offline/graph.ts';
import { allowedBy, listOf, roleOf } from './policy.ts';

/** Containers can change nothing but their state, survive a crash with it, and are replaced without a gap. */
export function containers(graph: Graph): string[] {
  const broken: string[] = [];
  for (const { name, inputs } of ofType(graph, 'aws:ecs/taskDefinition:TaskDefinition')) {
    if (at(inputs, 'runtimePlatform', 'cpuArchitecture') !== 'ARM64') broken.push(`task ${name}: is not for arm64`);
    const named = new Set<string>();
    const volumes = listOf(inputs.volumes).map((volume) => at(volume, 'name'));
    for (const container of JSON.parse(String(inputs.containerDefinitions)) as unknown[]) {
      const say = (what: string) => broken.push(`task ${name}: ${what}`);
      if (at(container, 'readonlyRootFilesystem') !== true) say('may change its root file system');
      if (at(container, 'pseudoTerminal') !== false) say('takes its log for a terminal');
      if (listOf(at(container, 'portMappings')).length > 0) say('opens ports');
      if (at(container, 'stopTimeout') !== 120) say('is killed before it has sealed and uploaded');
      if (!/@sha256:[0-9a-f]{64}$/.test(String(at(container, 'image')))) say('runs an image that may change');
      for (const secret of listOf(at(container, 'secrets'))) {
        named.add(String(at(secret, 'valueFrom')));
        if (!/^arn:aws:ssm:/.test(String(at(secret, 'valueFrom')))) say(`has ${at(secret, 'name')} from elsewhere`);
      }
      const mounted = listOf(at(container, 'mountPoints')).filter(
        (mount) => at(mount, 'containerPath') === '/var/lib/feedlake' && volumes.includes(at(mount, 'sourceVolume')),
      );
      if (mounted.length === 0) say('has no volume for its state');
      if (!name.startsWith('Streamer')) continue;
      if (at(container, 'restartPolicy', 'enabled') !== true) say('loses its spool with its process');
      if (listOf(at(container, 'healthCheck', 'command')).length === 0) say('is never asked how it is');
    }
    const role = roleOf(graph, inputs.executionRoleArn);
    const readable = (role === undefined ? [] : allowedBy(role))
      .filter(({ actions }) => actions.some((action) => action.startsWith('ssm:')))
      .flatMap(({ resources }) => resources);
    for (const arn of readable) if (!named.has(arn)) broken.push(`task ${name}: may read ${arn} without need`);
    for (const arn of named) if (!readable.includes(arn)) broken.push(`task ${name}: can't read ${arn}`);
  }
  for (const { name, inputs } of ofType(graph, 'aws:ecs/service:Service')) {
    const say = (what: string) => broken.push(`service ${name}: ${what}`);
    if (inputs.deploymentMinimumHealthyPercent !== 100) say('stops before its successor streams');
    if (inputs.deploymentMaximumPercent !== 200) say('has no room for its successor');
    if (at(inputs, 'deploymentCircuitBreaker', 'rollback') !== true) say('does not go back from a bad deploy');
    if (inputs.enableExecuteCommand === true) say('lets people in');
  }
  return broken;
}
