import type { StreamerHealth } from '@feedlake/collector';
import { minute } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { dashboard } from '../../../packages/cli/src/up/dashboard.ts';

const feed = {
  exchange: 'hyperliquid',
  dataset: 'liquidations',
  state: 'flowing',
  symbols: 180,
  symbols_missing: 0,
  last_event_age_seconds: 0.25,
  lag_seconds: 0.012,
  messages_per_second: 1234,
  rows_per_second: 5678,
  gaps_last_hour: 0,
  cause: null,
} as const;

const health: StreamerHealth = {
  live: true,
  ready: true,
  since: 0,
  writer: 'main',
  version: '1.2.3',
  problems: ['the disk of state_dir is nearly full: 99 % of it are in use, and what comes is left out from now on'],
  feeds: [
    { ...feed, exchange: 'binance', dataset: 'trades' },
    { ...feed, state: 'interrupted', gaps_last_hour: 12, cause: 'rate_limited', symbols_missing: 20 },
  ],
  schedules: [
    { dataset: 'open_interest', exchange: 'binance', last_slot: 0, last_result: 'failed', next: 2 * minute },
    { dataset: 'funding_rates', exchange: 'hyperliquid', last_slot: 0, last_result: 'missed', next: 2 * minute },
  ],
  segments: {
    open: { rows: 1000, bytes: 2000, age_seconds: 3 },
    waiting: { count: 2, bytes: 3000 },
    last_written: null,
    last_object: null,
    fault: 'the bucket does not exist: create it, or name another as `lake`',
  },
};

function linesAt(width?: number): string[] {
  const facts = { lake: 's3://bucket/lake', url: 'http://127.0.0.1:9464', simulated: true, now: minute };
  const style = (_: string, text: string) => text;
  return dashboard(health, { ...facts, style, ...(width !== undefined && { width }) });
}

const tableOf = (lines: readonly string[]) => lines.slice(lines.indexOf('') + 1);

test('without a width, all is there in one line each', () => {
  expect(linesAt()).toEqual([
    'feedlake 1.2.3, SIMULATED exchanges  writer main  up 1 min  http://127.0.0.1:9464/health',
    'lake s3://bucket/lake  segment 1 000 rows, 2.0 kB, 3 s old; 2 waiting (3.0 kB); the lake fails: the bucket does not exist: create it, or name another as `lake`',
    'snapshots: open_interest 0 of 1 (binance failed), funding_rates 0 of 1 (hyperliquid missed); next in 1 min',
    'PROBLEM: the disk of state_dir is nearly full: 99 % of it are in use, and what comes is left out from now on',
    '',
    'exchange     dataset       state           symbols  msg/s  rows/s    lag  last event  gaps/1h  cause',
    'binance      trades        flowing             180  1 234   5 678  12 ms      250 ms        0',
    'hyperliquid  liquidations  interrupted  160 of 180  1 234   5 678  12 ms      250 ms       12  rate_limited',
  ]);
});

test('a narrow terminal lacks the columns that matter least: never the gaps, nor their cause', () => {
  expect(tableOf(linesAt(100))).toEqual([
    'exchange     dataset       state           symbols  msg/s  last event  gaps/1h  cause',
    'binance      trades        flowing             180  1 234      250 ms        0',
    'hyperliquid  liquidations  interrupted  160 of 180  1 234      250 ms       12  rate_limited',
  ]);
  expect(tableOf(linesAt(80))).toEqual([
    'exchange     dataset       state           symbols  gaps/1h  cause',
    'binance      trades        flowing             180        0',
    'hyperliquid  liquidations  interrupted  160 of 180       12  rate_limited',
  ]);
  expect(tableOf(linesAt(20))[0]).toBe('exchange     dataset       state        gaps/1h  cause');
});

test.each([64, 70, 80, 100, 120, 140])('at %i columns no line is wider, and no word is lost', (width) => {
  const lines = linesAt(width);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  const words = (all: readonly string[]) => all.slice(0, all.indexOf('')).join(' ').split(/ +/);
  expect(words(lines)).toEqual(words(linesAt()));
});

test('columns do not come and go with the figures', () => {
  const quiet = health.feeds.map((one) => ({ ...one, messages_per_second: 0, rows_per_second: 0, lag_seconds: 0 }));
  const facts = { lake: 'lake', url: 'http://127.0.0.1:9464', simulated: false, now: minute };
  for (let width = 60; width <= 140; width += 1) {
    const titles = [health.feeds, quiet].map((feeds) => {
      const lines = dashboard({ ...health, feeds }, { ...facts, width, style: (_, text) => text });
      return tableOf(lines)[0]?.split(/ {2,}/);
    });
    expect(titles[0]).toEqual(titles[1]);
  }
});

test('words that are wider than the terminal end the breaking of lines', () => {
  for (const width of [0, 1, 2, 3]) expect(linesAt(width).join(' ')).toContain('http://127.0.0.1:9464/health');
});
