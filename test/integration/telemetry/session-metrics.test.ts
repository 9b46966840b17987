import { Metrics } from '@feedlake/telemetry';
import { expect, test } from 'vitest';
import { until } from '../../support/manual-clock.ts';
import { book, testSession } from '../../support/session.ts';
import { startStreamVenue } from '../../support/stream-venue.ts';

test('a session’s own figures are what the metrics show of it', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([venue.url], { subscriptions: [book('a')] });
  const metrics = new Metrics();
  metrics.watchStreams(() => ({
    sessions: [{ exchange: t.exchange, route: 'public', ...t.session.stats() }],
    feeds: [],
    sink: null,
  }));
  const of = `exchange="${t.exchange}",route="public"`;
  const shown = async () =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith('feedlake_websocket_') && line.includes(of));
  t.session.start();
  await until(() => venue.connected[0]?.topics.has('a') === true, 'the subscription');
  venue.send('a', 'x');
  venue.send('a', 'yy');
  await t.received(2);
  venue.client.socket.send('{');
  await until(() => t.session.stats().malformed === 1);
  const { bytes } = t.session.stats();
  const before = await shown();
  expect(before).toContain(`feedlake_websocket_connections{${of},proxy="direct"} 1`);
  expect(before).toContain(`feedlake_websocket_attempts_total{${of}} 1`);
  expect(before).toContain(`feedlake_websocket_messages_total{${of}} ${t.session.stats().messages}`);
  expect(before).toContain(`feedlake_websocket_received_bytes_total{${of}} ${bytes}`);
  expect(bytes).toBeGreaterThan('data a x'.length + 'data a yy'.length);
  expect(before).toContain(`feedlake_websocket_malformed_total{${of}} 1`);
  expect(before.filter((line) => line.includes('reconnects'))).toEqual([]);

  venue.client.socket.terminate();
  await t.event('disconnected');
  const after = await shown();
  expect(after).toContain(`feedlake_websocket_reconnects_total{${of},cause="disconnect"} 1`);
  expect(after).toContain(`feedlake_websocket_faults_total{${of},kind="network"} 1`);
  expect(after.filter((line) => line.includes('connections'))).toEqual([]);
});
