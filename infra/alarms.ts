import { bytes } from '@feedlake/config';
import { alarm } from './alarm.ts';
import { missedWindow } from './alarm-window.ts';
import { apiFunction } from './api.ts';
import { backfillFunction } from './backfill.ts';
import { coverageFunction } from './coverage.ts';
import { deadLetters } from './dead-letters.ts';
import { pascalCase } from './naming.ts';
import { config, schedules } from './settings.ts';
import { snapshotFunctions } from './snapshots.ts';
import { streamedShards } from './streamer.ts';

const { namespace } = config.cloudwatch;
const stage = $app.stage;

for (const { dataset, exchange, every } of schedules) {
  const window = missedWindow(every);
  if (window === null) continue;
  alarm(`Missed${pascalCase(dataset)}${pascalCase(exchange)}`, {
    name: `missed-${dataset.replaceAll('_', '-')}-${exchange}`,
    description: `No snapshot of ${dataset} at ${exchange} was stored lately (${every}). See the log of the function.`,
    namespace,
    metric: 'SnapshotsStored',
    dimensions: { stage, exchange, dataset },
    statistic: 'Sum',
    comparison: 'LessThanThreshold',
    threshold: 1,
    ...window,
    missing: 'breaching',
  });
}

for (const { index, twins } of streamedShards) {
  const dimensions = { stage, shard: String(index) };
  alarm(`StreamerSilent${index}`, {
    name: `streamer-${index}-silent`,
    description: `Nothing streams shard ${index}. See the service's events and the log of its task.`,
    namespace,
    metric: 'StreamerHeartbeat',
    dimensions,
    statistic: 'Sum',
    comparison: 'LessThanThreshold',
    threshold: 1,
    period: 60,
    periods: 5,
    missing: 'breaching',
  });
  if (twins.length > 1) {
    alarm(`StreamerAlone${index}`, {
      name: `streamer-${index}-alone`,
      description: `Only one of the twins of shard ${index} streams: nothing is lost yet.`,
      namespace,
      metric: 'StreamerHeartbeat',
      dimensions,
      statistic: 'Sum',
      comparison: 'LessThanThreshold',
      threshold: 15 * twins.length - 5,
      period: 900,
      periods: 1,
      missing: 'breaching',
    });
  }
  alarm(`StreamerStale${index}`, {
    name: `streamer-${index}-stale`,
    description: `Feeds of shard ${index} have been without data for a while; the streamer keeps trying. See its log.`,
    namespace,
    metric: 'StaleFeeds',
    dimensions,
    statistic: 'Minimum',
    comparison: 'GreaterThanThreshold',
    threshold: 0,
    period: 300,
    periods: 3,
    missing: 'notBreaching',
  });
  alarm(`StreamerBacklog${index}`, {
    name: `streamer-${index}-backlog`,
    description: `Segments of shard ${index} pile up on disk: the lake does not take them. At the limit books are left out.`,
    namespace,
    metric: 'SegmentBacklogBytes',
    dimensions,
    statistic: 'Maximum',
    comparison: 'GreaterThanThreshold',
    threshold: bytes(config.streamer.spool_max_bytes) / 2,
    period: 300,
    periods: 1,
    missing: 'notBreaching',
  });
}

const measured = missedWindow(config.aws.coverage.every);
if (measured !== null) {
  alarm('Incomplete', {
    name: 'incomplete',
    description:
      'Some dataset of some exchange is less complete than wanted, or nobody measured. See `feedlake coverage`.',
    namespace,
    metric: 'Completeness',
    dimensions: { stage },
    statistic: 'Minimum',
    comparison: 'LessThanThreshold',
    threshold: config.aws.alarms.completeness,
    ...measured,
    missing: 'breaching',
  });
}

const compacted = config.compaction.enabled ? missedWindow(config.compaction.every) : null;
if (compacted !== null) {
  alarm('CompactionMissed', {
    name: 'compaction-missed',
    description: `No compaction came to a good end lately (${config.compaction.every}). See the log of its tasks.`,
    namespace,
    metric: 'CompactionFinished',
    dimensions: { stage },
    statistic: 'Sum',
    comparison: 'LessThanThreshold',
    threshold: 1,
    ...compacted,
    missing: 'breaching',
  });
}

alarm('DeadLetters', {
  name: 'dead-letters',
  description: 'Events were given up. Read them from the queue: each says what failed and why.',
  namespace: 'AWS/SQS',
  metric: 'ApproximateNumberOfMessagesVisible',
  dimensions: { QueueName: deadLetters.nodes.queue.name },
  statistic: 'Maximum',
  comparison: 'GreaterThanThreshold',
  threshold: 0,
  period: 60,
  periods: 1,
  missing: 'notBreaching',
});

const functions = {
  ...snapshotFunctions,
  backfill: backfillFunction,
  coverage: coverageFunction,
  ...(apiFunction !== null && { api: apiFunction }),
};

for (const [name, fn] of Object.entries(functions)) {
  for (const metric of ['Errors', 'Throttles']) {
    alarm(`${pascalCase(name)}${metric}`, {
      name: `${name}-${metric.toLowerCase()}`,
      description: `The function ${name} had ${metric.toLowerCase()} at three times within an hour. See its log.`,
      namespace: 'AWS/Lambda',
      metric,
      dimensions: { FunctionName: fn.name },
      statistic: 'Sum',
      comparison: 'GreaterThanThreshold',
      threshold: 0,
      // What runs every quarter of an hour can't fail in periods that follow one another.
      period: 300,
      periods: 12,
      badPeriods: 3,
      missing: 'notBreaching',
    });
  }
}
