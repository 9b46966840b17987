import { type FeedHealth, type FeedState, type HealthReport, healthJson, statusOf } from '@feedlake/telemetry';
import { describe, expect, test } from 'vitest';
import { at } from '../../support/rows.ts';

const feed = (state: FeedState, more: Partial<FeedHealth> = {}): FeedHealth => ({
  exchange: 'bybit',
  dataset: 'trades',
  state,
  symbols: 2,
  last_event_age_seconds: 0.5,
  lag_seconds: 0,
  messages_per_second: 10,
  rows_per_second: 30,
  gaps_last_hour: 0,
  cause: null,
  ...more,
});
const notOffered = feed('refused', { cause: 'not_offered' });
const schedule = (last_result: HealthReport['schedules'][number]['last_result']) => ({
  dataset: 'open_interest',
  exchange: 'bybit',
  last_slot: last_result === null ? null : at('2026-10-15T12:30'),
  last_result,
  next: at('2026-10-15T12:35'),
});
const segments = {
  open: { rows: 10, bytes: 2000, age_seconds: 1.5 },
  waiting: { count: 0, bytes: 0 },
  last_written: null,
  fault: null,
};
const report = (more: Partial<HealthReport> = {}): HealthReport => ({
  live: true,
  ready: true,
  since: at('2026-10-15T12:00'),
  writer: 'main',
  version: '0.1.0',
  problems: [],
  feeds: [feed('flowing')],
  schedules: [schedule('done')],
  segments: null,
  ...more,
});

describe('the status', () => {
  test.each<[Partial<HealthReport>, string]>([
    [{}, 'ok'],
    [{ feeds: [], schedules: [] }, 'ok'],
    [{ feeds: [feed('flowing'), feed('starting'), feed('polled')] }, 'ok'],
    [{ schedules: [schedule(null)] }, 'ok'],
    [{ ready: false }, 'degraded'],
    [{ feeds: [feed('flowing'), feed('interrupted')] }, 'degraded'],
    [{ feeds: [feed('polled'), feed('blocked')] }, 'degraded'],
    [{ schedules: [schedule('done'), schedule('failed')] }, 'degraded'],
    [{ schedules: [schedule('partial')] }, 'degraded'],
    [{ schedules: [schedule('missed')] }, 'degraded'],
    [{ segments }, 'ok'],
    [{ segments: { ...segments, fault: 'no such bucket' } }, 'degraded'],
    [{ feeds: [], schedules: [schedule('failed'), schedule(null)] }, 'failing'],
    [{ feeds: [], schedules: [schedule('failed'), schedule('partial')] }, 'degraded'],
    [{ feeds: [], schedules: [schedule('missed')] }, 'degraded'],
    [{ schedules: [schedule('failed')] }, 'degraded'],
    [{ feeds: [feed('interrupted'), feed('blocked'), feed('refused')] }, 'failing'],
    [{ feeds: [feed('flowing'), notOffered] }, 'degraded'],
    [{ feeds: [notOffered] }, 'degraded'],
    [{ feeds: [feed('interrupted'), notOffered] }, 'failing'],
    [{ problems: ['the disk is full'] }, 'failing'],
    [{ live: false }, 'failing'],
  ])('%# of %j is %s', (more, status) => {
    expect(statusOf(report(more))).toBe(status);
  });
});

test('the JSON has times as ISO 8601, and nulls where there is nothing', () => {
  const json = healthJson(report({ feeds: [feed('starting', { last_event_age_seconds: null })], segments }));
  expect(JSON.parse(json)).toEqual({
    status: 'ok',
    live: true,
    ready: true,
    since: '2026-10-15T12:00:00.000Z',
    writer: 'main',
    version: '0.1.0',
    problems: [],
    feeds: [{ ...feed('starting'), last_event_age_seconds: null }],
    schedules: [
      {
        dataset: 'open_interest',
        exchange: 'bybit',
        last_slot: '2026-10-15T12:30:00.000Z',
        last_result: 'done',
        next: '2026-10-15T12:35:00.000Z',
      },
    ],
    segments,
  });
  expect(json.startsWith('{"status":"ok"')).toBe(true);
});
