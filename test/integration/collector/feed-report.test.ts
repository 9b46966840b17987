import { isInShard, Streamer, StreamReport } from '@feedlake/collector';
import { loadConfig } from '@feedlake/config';
import { nativeOptions } from '@feedlake/exchanges';
import { startSimulator } from '@feedlake/simulator';
import { isDeadFeed, silentLogger, statusOf } from '@feedlake/telemetry';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../support/lake.ts';
import { until } from '../../support/manual-clock.ts';

const symbol = 'BTC-USDC-PERP';
const count = 2;

/** How a shard fares that streams one symbol of Hyperliquid, or leaves it to the other, once it is ready. */
async function healthOf(index: number, symbols: readonly string[], channels: readonly ('trades' | 'open_interest')[]) {
  const simulator = await startSimulator({ venues: ['hyperliquid'], symbols: 8 });
  const folder = temporaryFolder();
  const { config } = loadConfig({
    folder,
    environment: {},
    extensions: nativeOptions,
    code: {
      lake: `${folder}/lake`,
      state_dir: `${folder}/state`,
      streamer: { shard: { index, count } },
      exchanges: {
        hyperliquid: {
          symbols: [...symbols],
          channels: [...channels],
          endpoints: { rest: simulator.urls.hyperliquid, websocket: simulator.wsUrls.hyperliquid },
        },
      },
    },
  });
  const report = new StreamReport({ config, version: '0.0.0' });
  const streamer = await Streamer.open({ config, exchanges: ['hyperliquid'], logger: silentLogger });
  onTestFinished(async () => {
    report.close();
    await streamer.close();
    await simulator.close();
  });
  report.watch(streamer, null);
  streamer.start();
  await until(() => report.health().ready);
  return report.health();
}

const own = [0, 1].find((index) => isInShard('hyperliquid', symbol, { index, count })) ?? 0;

test('a shard tells of no feeds of an exchange whose symbols all belong to others', async () => {
  const health = await healthOf(1 - own, [symbol], ['trades']);
  expect(health.feeds).toEqual([]);
  expect(statusOf(health)).toBe('ok');
});

test('a channel that the venue has not is told, and counts for no fault of a feed', async () => {
  const health = await healthOf(own, [symbol], ['trades', 'open_interest']);
  expect(health.feeds).toMatchObject([
    { dataset: 'trades', symbols: 1 },
    { dataset: 'open_interest', state: 'refused', cause: 'not_offered' },
  ]);
  expect(health.feeds.filter(isDeadFeed)).toEqual([]);
  expect(statusOf(health)).toBe('degraded');
});
