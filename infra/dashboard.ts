import { region } from './account.ts';
import { config, physicalName, schedules } from './settings.ts';
import { streamedShards } from './streamer.ts';

type Metric = readonly (string | Readonly<Record<string, string>>)[];

const { namespace } = config.cloudwatch;
const stage = $app.stage;

function widget(title: string, stat: string, metrics: readonly Metric[], index: number) {
  return {
    type: 'metric',
    x: (index % 2) * 12,
    y: Math.floor(index / 2) * 6,
    width: 12,
    height: 6,
    properties: { title, stat, metrics, period: 300, region, view: 'timeSeries', yAxis: { left: { min: 0 } } },
  };
}

const ofSnapshots = (metric: string): Metric[] =>
  schedules.map(({ dataset, exchange }) => [
    namespace,
    metric,
    'stage',
    stage,
    'exchange',
    exchange,
    'dataset',
    dataset,
    { label: `${exchange} ${dataset}` },
  ]);

const ofShards = (metric: string): Metric[] =>
  streamedShards.map(({ index }) => [
    namespace,
    metric,
    'stage',
    stage,
    'shard',
    String(index),
    { label: `shard ${index}` },
  ]);

const widgets = [
  ['Completeness, least of all', 'Minimum', [[namespace, 'Completeness', 'stage', stage]]],
  ['Rows of snapshots', 'Sum', ofSnapshots('SnapshotRows')],
  ['Failed snapshots', 'Sum', ofSnapshots('SnapshotFailures')],
  ['Stale feeds', 'Maximum', ofShards('StaleFeeds')],
  ['Gaps of streams in the last hour', 'Maximum', ofShards('GapsLastHour')],
  ['Bytes waiting on disk', 'Maximum', ofShards('SegmentBacklogBytes')],
] as const satisfies readonly (readonly [string, string, readonly Metric[]])[];

/** What an operator looks at first. */
export const dashboard = new aws.cloudwatch.Dashboard('Dashboard', {
  dashboardName: physicalName('overview'),
  dashboardBody: $jsonStringify({
    widgets: widgets
      .filter(([, , metrics]) => metrics.length > 0)
      .map(([title, stat, metrics], index) => widget(title, stat, metrics, index)),
  }),
});
