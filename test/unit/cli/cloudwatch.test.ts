import { loadConfig } from '@feedlake/config';
import type { FeedHealth, HealthReport } from '@feedlake/telemetry';
import { expect, test, vi } from 'vitest';
import { publishHealth } from '../../../packages/cli/src/up/cloudwatch.ts';

const feed = (state: FeedHealth['state'], gaps_last_hour: number, cause: string | null = null): FeedHealth => ({
  exchange: 'bybit',
  dataset: 'trades',
  state,
  symbols: 3,
  last_event_age_seconds: 1,
  lag_seconds: 0,
  messages_per_second: 1,
  rows_per_second: 1,
  gaps_last_hour,
  cause,
});

const report: HealthReport = {
  live: true,
  ready: true,
  since: 0,
  writer: 'main',
  version: '1',
  problems: [],
  feeds: [
    feed('flowing', 1),
    feed('interrupted', 2),
    feed('blocked', 0),
    feed('polled', 0),
    feed('refused', 0, 'not_offered'),
  ],
  schedules: [],
  segments: {
    open: { rows: 1, bytes: 1, age_seconds: 1 },
    waiting: { count: 2, bytes: 500 },
    last_written: null,
    fault: null,
  },
};

test('a heartbeat every minute, once it works, until it is ended', () => {
  vi.useFakeTimers();
  try {
    const { config } = loadConfig({
      environment: {
        FEEDLAKE_CLOUDWATCH__STAGE: 'test',
        FEEDLAKE_STREAMER__SHARD__COUNT: '2',
        FEEDLAKE_STREAMER__SHARD__INDEX: '1',
      },
      folder: import.meta.dirname,
    });
    const lines: string[] = [];
    let ready = false;
    let feeds: HealthReport['feeds'] = [feed('starting', 0), feed('blocked', 0)];
    const end = publishHealth(config, () => ({ ...report, ready, feeds }), { write: (line) => lines.push(line) });
    vi.advanceTimersByTime(59_999);
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(JSON.parse(lines.pop() ?? '')).toMatchObject({ StreamerHeartbeat: 0 });
    // One exchange that can't be reached keeps it from being ready, and the others are recorded.
    feeds = report.feeds;
    vi.advanceTimersByTime(60_000);
    expect(JSON.parse(lines.pop() ?? '')).toMatchObject({ StreamerHeartbeat: 1 });
    ready = true;
    vi.advanceTimersByTime(60_000);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Namespace: 'feedlake', Dimensions: [['stage'], ['stage', 'shard']] }] },
      stage: 'test',
      shard: '1',
      StreamerHeartbeat: 1,
      StaleFeeds: 2,
      GapsLastHour: 3,
      SegmentBacklogBytes: 500,
    });
    vi.advanceTimersByTime(180_000);
    expect(lines).toHaveLength(4);
    end();
    vi.advanceTimersByTime(180_000);
    expect(lines).toHaveLength(4);
  } finally {
    vi.useRealTimers();
  }
});
