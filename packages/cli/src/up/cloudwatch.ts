import type { Config } from '@feedlake/config';
import {
  EmbeddedMetrics,
  type EmbeddedMetricsOptions,
  type FeedHealth,
  type HealthReport,
  isDeadFeed,
} from '@feedlake/telemetry';

const everyMs = 60_000;

/**
 * Writes how the process fares for CloudWatch, every minute: `StreamerHeartbeat` (1 once it works), `StaleFeeds`,
 * `SegmentBacklogBytes`, and `GapsLastHour`, of the stage and of its shard. Nothing is written at the start: a process that
 * breaks off again and again would look alive.
 * @returns ends that.
 */
export function publishHealth(
  { cloudwatch: { namespace, stage }, streamer: { shard } }: Config,
  read: () => HealthReport,
  stream: Required<EmbeddedMetricsOptions>['stream'] = process.stdout,
): () => void {
  const metrics = new EmbeddedMetrics({ namespace, stage, stream });
  const publish = () => {
    const { live, ready, feeds, segments } = read();
    metrics.put(
      { shard: String(shard.index) },
      {
        // An exchange that can't be reached keeps it from being ready, and not from recording the others.
        StreamerHeartbeat: live && (ready || feeds.some(isAlive)) ? 1 : 0,
        StaleFeeds: feeds.filter(isDeadFeed).length,
        GapsLastHour: feeds.reduce((sum, { gaps_last_hour }) => sum + gaps_last_hour, 0),
        SegmentBacklogBytes: { value: segments?.waiting.bytes ?? 0, unit: 'Bytes' },
      },
    );
  };
  const timer = setInterval(publish, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

function isAlive({ state }: FeedHealth): boolean {
  return state === 'flowing' || state === 'polled';
}
