import type { Config } from '@feedlake/config';
import { EmbeddedMetrics, type EmbeddedMetricsOptions, type HealthReport } from '@feedlake/telemetry';

const everyMs = 60_000;
const dead: ReadonlySet<string> = new Set(['interrupted', 'blocked', 'refused']);

/**
 * Writes how the process fares for CloudWatch, at once and every minute: `StreamerHeartbeat` (1), `StaleFeeds`,
 * `SegmentBacklogBytes`, and `GapsLastHour`, of the stage and of its shard.
 * @returns ends that.
 */
export function publishHealth(
  { cloudwatch: { namespace, stage }, streamer: { shard } }: Config,
  read: () => HealthReport,
  stream: Required<EmbeddedMetricsOptions>['stream'] = process.stdout,
): () => void {
  const metrics = new EmbeddedMetrics({ namespace, stage, stream });
  const publish = () => {
    const { live, feeds, segments } = read();
    metrics.put(
      { shard: String(shard.index) },
      {
        StreamerHeartbeat: live ? 1 : 0,
        StaleFeeds: feeds.filter(({ state }) => dead.has(state)).length,
        GapsLastHour: feeds.reduce((sum, { gaps_last_hour }) => sum + gaps_last_hour, 0),
        SegmentBacklogBytes: { value: segments?.waiting.bytes ?? 0, unit: 'Bytes' },
      },
    );
  };
  publish();
  const timer = setInterval(publish, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
