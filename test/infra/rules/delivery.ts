import { at, type Graph, type GraphResource, named, ofType } from '../offline/graph.ts';
import { allows, roleOf } from './policy.ts';

/** Every event is tried again, is given up at some age, and then is among the dead letters. */
export function delivery(graph: Graph): string[] {
  const broken: string[] = [];
  const queues = new Set(ofType(graph, 'aws:sqs/queue:Queue').map(({ inputs }) => `:${inputs.name}`));
  const isQueue = (arn: unknown) => [...queues].some((name) => String(arn).endsWith(name));
  const invoked = new Set<string>(['BackfillFunction']);

  for (const { name, inputs } of ofType(graph, 'aws:scheduler/schedule:Schedule')) {
    const say = (what: string) => broken.push(`schedule ${name}: ${what}`);
    const target = inputs.target;
    const queue = at(target, 'deadLetterConfig', 'arn');
    if (!isQueue(queue)) say('has no queue of dead letters');
    else if (!allows(roleOf(graph, at(target, 'roleArn')), 'sqs:SendMessage', queue)) say('may not send dead letters');
    if (!(Number(at(target, 'retryPolicy', 'maximumRetryAttempts')) >= 1)) say('is delivered once or never');
    if (inputs.state !== 'ENABLED') say('is disabled');
    if (at(inputs, 'flexibleTimeWindow', 'mode') !== 'OFF') say('comes at some time or other');
    const fn = functionOf(graph, at(target, 'arn'));
    if (fn !== undefined) invoked.add(fn.name);
  }

  for (const fn of ofType(graph, 'aws:lambda/function:Function')) {
    if (!invoked.has(fn.name)) continue;
    const say = (what: string) => broken.push(`function ${fn.name}: ${what}`);
    const config = ofType(graph, 'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig').find(
      ({ inputs }) => inputs.functionName === fn.inputs.name,
    );
    const queue = at(config?.inputs, 'destinationConfig', 'onFailure', 'destination');
    if (!isQueue(queue)) say('has no destination for what failed');
    else if (!allows(roleOf(graph, fn.inputs.role), 'sqs:SendMessage', queue)) say('may not send dead letters');
    if (!(Number(config?.inputs.maximumRetryAttempts) >= 1)) say('is not tried again after an error');
    if (!(Number(config?.inputs.maximumEventAgeInSeconds) >= 60)) say('has events of any age');
  }

  for (const { name, inputs } of ofType(graph, 'aws:sqs/queue:Queue')) {
    if (!(Number(inputs.messageRetentionSeconds) >= 7 * 24 * 3600)) broken.push(`queue ${name}: forgets within a week`);
  }
  return broken;
}

function functionOf(graph: Graph, arn: unknown): GraphResource | undefined {
  const found = ofType(graph, 'aws:lambda/function:Function').find(({ inputs }) =>
    String(arn).endsWith(`:function:${inputs.name}`),
  );
  return found === undefined ? undefined : named(graph, found.type, found.name);
}
