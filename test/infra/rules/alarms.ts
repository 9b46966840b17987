import { at, type Graph, ofType } from '../offline/graph.ts';
import { listOf } from './policy.ts';

/** Metrics whose absence is the failure that they are for. */
const owed = new Set(['SnapshotsStored', 'StreamerHeartbeat', 'Completeness', 'CompactionFinished']);

/** Whatever may fail in silence has an alarm, and every alarm is heard. */
export function alarms(graph: Graph): string[] {
  const broken: string[] = [];
  const all = ofType(graph, 'aws:cloudwatch/metricAlarm:MetricAlarm');
  for (const { name, inputs } of all) {
    const say = (what: string) => broken.push(`alarm ${name}: ${what}`);
    if (owed.has(String(inputs.metricName)) && inputs.treatMissingData !== 'breaching') say('is content without data');
    const isHeard = listOf(inputs.alarmActions).some((arn) => String(arn).includes(':sns:'));
    if (!isHeard) say('is heard by nobody');
    const [period, periods] = [Number(inputs.period), Number(inputs.evaluationPeriods)];
    const longest = period >= 3600 ? 7 * 86_400 : 86_400;
    if (!(period % 60 === 0 && period * periods <= longest)) say('looks back further than CloudWatch does');
  }

  const has = (metric: string, dimensions: Readonly<Record<string, unknown>>) =>
    all.some(
      ({ inputs }) =>
        inputs.metricName === metric &&
        Object.entries(dimensions).every(([key, value]) => at(inputs.dimensions, key) === value),
    );
  const want = (metric: string, dimensions: Readonly<Record<string, unknown>>, about: string) => {
    if (!has(metric, dimensions)) broken.push(`${about}: no alarm for ${metric}`);
  };
  for (const { name, inputs } of ofType(graph, 'aws:scheduler/schedule:Schedule')) {
    const text = at(inputs, 'target', 'input');
    const { dataset, exchange } = (typeof text === 'string' ? JSON.parse(text) : {}) as Record<string, unknown>;
    if (at(inputs, 'target', 'ecsParameters') !== undefined) {
      want('CompactionFinished', { stage: graph.stage }, `schedule ${name}`);
    }
    if (dataset !== undefined) want('SnapshotsStored', { stage: graph.stage, dataset, exchange }, `schedule ${name}`);
  }
  for (const { name } of ofType(graph, 'aws:ecs/service:Service')) {
    const shard = /^Streamer(\d+)/.exec(name)?.[1];
    for (const metric of ['StreamerHeartbeat', 'StaleFeeds']) {
      want(metric, { stage: graph.stage, shard }, `service ${name}`);
    }
  }
  for (const { name, inputs } of ofType(graph, 'aws:lambda/function:Function')) {
    for (const metric of ['Errors', 'Throttles']) want(metric, { FunctionName: inputs.name }, `function ${name}`);
  }
  for (const { name, inputs } of ofType(graph, 'aws:sqs/queue:Queue')) {
    want('ApproximateNumberOfMessagesVisible', { QueueName: inputs.name }, `queue ${name}`);
  }
  want('Completeness', { stage: graph.stage }, 'the lake');
  return broken;
}
