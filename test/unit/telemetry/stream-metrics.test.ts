import { Metrics, type SessionReadings, type StreamReadings } from '@feedlake/telemetry';
import { expect, test } from 'vitest';

const session = (more: Partial<SessionReadings> = {}): SessionReadings => ({
  exchange: 'bybit',
  route: 'linear',
  connections: [],
  attempts: 0,
  faults: {},
  reconnects: {},
  messages: 0,
  bytes: 0,
  malformed: 0,
  unknown: 0,
  handlerErrors: 0,
  queue: { messages: 0, lagMs: 0 },
  ...more,
});
const streams = (more: Partial<StreamReadings>): StreamReadings => ({ sessions: [], feeds: [], sink: null, ...more });

/** The samples of a metric, labels to value. */
async function samples(metrics: Metrics, name: string): Promise<Record<string, number>> {
  const line = new RegExp(`^feedlake_${name}(?:\\{(.*)\\})? (.*)$`, 'gm');
  const found = (await metrics.text()).matchAll(line);
  return Object.fromEntries([...found].map(([, labels = '', value]) => [labels.replaceAll('"', ''), Number(value)]));
}

test('sessions: connections by the way they take, counts by cause and kind, the queue as it is now', async () => {
  const metrics = new Metrics();
  const readings = session({
    connections: [{ proxy: 'direct' }, { proxy: 'socks5://127.0.0.1:1080' }, { proxy: 'direct' }],
    attempts: 7,
    faults: { network: 2, geo_blocked: 1 },
    reconnects: { disconnect: 3, age: undefined },
    messages: 1000,
    bytes: 123_456,
    malformed: 1,
    unknown: 2,
    handlerErrors: 3,
    queue: { messages: 12, lagMs: 250 },
  });
  metrics.watchStreams(() => streams({ sessions: [readings] }));
  const of = 'exchange=bybit,route=linear';
  expect(await samples(metrics, 'websocket_connections')).toEqual({
    [`${of},proxy=direct`]: 2,
    [`${of},proxy=socks5://127.0.0.1:1080`]: 1,
  });
  expect(await samples(metrics, 'websocket_attempts_total')).toEqual({ [of]: 7 });
  expect(await samples(metrics, 'websocket_faults_total')).toEqual({
    [`${of},kind=network`]: 2,
    [`${of},kind=geo_blocked`]: 1,
  });
  expect(await samples(metrics, 'websocket_reconnects_total')).toEqual({
    [`${of},cause=disconnect`]: 3,
    [`${of},cause=age`]: 0,
  });
  for (const [name, value] of [
    ['messages_total', 1000],
    ['received_bytes_total', 123_456],
    ['malformed_total', 1],
    ['unknown_total', 2],
    ['handler_errors_total', 3],
    ['queue_messages', 12],
    ['queue_lag_seconds', 0.25],
  ] as const) {
    expect(await samples(metrics, `websocket_${name}`)).toEqual({ [of]: value });
  }
});

test('what was recorded, what is missing and what is on its way', async () => {
  const metrics = new Metrics();
  const feed = {
    exchange: 'binance',
    dataset: 'trades',
    rows: 5000,
    unscanned: 3,
    gaps: { disconnect: 2 },
    lastEventAgeSeconds: 1.5,
  };
  const starting = {
    exchange: 'binance',
    dataset: 'liquidations',
    rows: 0,
    unscanned: 0,
    gaps: {},
    lastEventAgeSeconds: null,
  };
  const sink = { backlog: { segments: 2, bytes: 4096 }, written: { objects: 9, bytes: 90_000 } };
  metrics.watchStreams(() => streams({ feeds: [feed, starting], sink }));
  const trades = 'exchange=binance,dataset=trades';
  expect(await samples(metrics, 'rows_total')).toEqual({ [trades]: 5000, 'exchange=binance,dataset=liquidations': 0 });
  expect(await samples(metrics, 'unscanned_messages_total')).toMatchObject({ [trades]: 3 });
  expect(await samples(metrics, 'gaps_total')).toEqual({ [`${trades},cause=disconnect`]: 2 });
  expect(await samples(metrics, 'last_event_age_seconds')).toEqual({ [trades]: 1.5 });
  expect(await samples(metrics, 'lake_backlog_segments')).toEqual({ '': 2 });
  expect(await samples(metrics, 'lake_backlog_bytes')).toEqual({ '': 4096 });
  expect(await samples(metrics, 'lake_written_objects_total')).toEqual({ '': 9 });
  expect(await samples(metrics, 'lake_written_bytes_total')).toEqual({ '': 90_000 });
});

test('counts are those of the moment, however often they are read; what has gone is gone', async () => {
  const metrics = new Metrics();
  let messages = 10;
  let reads = 0;
  const end = metrics.watchStreams(() => {
    reads++;
    return streams({ sessions: [session({ messages })] });
  });
  const read = () => samples(metrics, 'websocket_messages_total');
  expect(await read()).toEqual({ 'exchange=bybit,route=linear': 10 });
  expect(await read()).toEqual({ 'exchange=bybit,route=linear': 10 });
  messages = 25;
  expect(await read()).toEqual({ 'exchange=bybit,route=linear': 25 });
  expect(reads).toBe(3);
  end();
  expect(await read()).toEqual({});
});

test('counts of several sources with the same labels add up; of their lags the longest counts', async () => {
  const metrics = new Metrics();
  for (const lagMs of [10, 400, 30]) {
    metrics.watchStreams(() => streams({ sessions: [session({ messages: 5, queue: { messages: 1, lagMs } })] }));
  }
  const of = 'exchange=bybit,route=linear';
  expect(await samples(metrics, 'websocket_messages_total')).toEqual({ [of]: 15 });
  expect(await samples(metrics, 'websocket_queue_messages')).toEqual({ [of]: 3 });
  expect(await samples(metrics, 'websocket_queue_lag_seconds')).toEqual({ [of]: 0.4 });
});

test('types and units go by the convention of Prometheus', async () => {
  const metrics = new Metrics();
  metrics.watchStreams(() => streams({ sessions: [session()] }));
  const types = [...(await metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => {
    return [name, type] as const;
  });
  expect(types.length).toBeGreaterThan(20);
  for (const [name, type] of types) {
    expect(name).toMatch(/^feedlake_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
  }
});
