import { schedulesOf } from '@feedlake/collector';
import { loadConfig } from '@feedlake/config';
import { describe, expect, it } from 'vitest';
import { at, type Graph, ofType } from './offline/graph.ts';
import { synthesis } from './offline/synthesis.ts';

/** Of each schedule: its expression and what the function is told. */
function scheduled(graph: Graph): [string, unknown, unknown][] {
  return ofType(graph, 'aws:scheduler/schedule:Schedule').map(({ name, inputs }) => [
    name,
    inputs.scheduleExpression,
    JSON.parse(String(at(inputs, 'target', 'input'))),
  ]);
}

const snapshotsOf = (graph: Graph) => scheduled(graph).filter(([name]) => name.startsWith('Snapshot'));

describe('schedules', async () => {
  const { graph: defaults } = await synthesis('ci');
  const { graph: production } = await synthesis('production');

  it('are the same list that `feedlake up` goes by', () => {
    const jobs = schedulesOf(loadConfig({ environment: {}, folder: '/nowhere' }).config);
    const events = snapshotsOf(defaults).map(([, , event]) => event as { dataset: string; exchange: string });
    const names = (list: readonly { dataset: string; exchange: string }[]) =>
      list.map(({ dataset, exchange }) => `${dataset} ${exchange}`).sort();
    expect(names(events)).toEqual(names(jobs));
    expect(events).toHaveLength(12);
  });

  it('tell the function the slot, by the clock of the scheduler', () => {
    expect(snapshotsOf(defaults)).toContainEqual([
      'SnapshotOpenInterestBinanceSchedule',
      'cron(0/5 * * * ? *)',
      { dataset: 'open_interest', exchange: 'binance', scheduled: '<aws.scheduler.scheduled-time>' },
    ]);
    expect(scheduled(defaults)).toContainEqual([
      'CoverageMeasurementSchedule',
      'cron(0/15 * * * ? *)',
      { scheduled: '<aws.scheduler.scheduled-time>' },
    ]);
  });

  it('follow the settings', () => {
    const expressions = snapshotsOf(production)
      .filter(([name]) => name.includes('FundingRates'))
      .map(([, expression]) => expression);
    expect(new Set(expressions)).toEqual(new Set(['cron(1 0/8 * * ? *)']));
  });

  it('go to the function with ccxt for what needs it, and for nothing else', () => {
    const targets = ofType(production, 'aws:scheduler/schedule:Schedule')
      .filter(({ name }) => name.startsWith('Snapshot'))
      .map(({ inputs }) => {
        const { exchange } = JSON.parse(String(at(inputs, 'target', 'input'))) as { exchange: string };
        return `${exchange} ${String(at(inputs, 'target', 'arn'))
          .split(':')
          .at(-1)}`;
      });
    expect([...new Set(targets)].sort()).toEqual([
      'backpack feedlake-production-Snapshot',
      'binance feedlake-production-Snapshot',
      'bybit feedlake-production-Snapshot',
      'hyperliquid feedlake-production-Snapshot',
      'okx feedlake-production-SnapshotCcxt',
    ]);
    expect(ofType(defaults, 'aws:lambda/function:Function').map(({ name }) => name)).not.toContain(
      'SnapshotCcxtFunction',
    );
  });

  it('are given up before the slot after the next ones', () => {
    for (const { inputs } of ofType(defaults, 'aws:scheduler/schedule:Schedule')) {
      const isTask = at(inputs, 'target', 'ecsParameters') !== undefined;
      if (!isTask && String(at(inputs, 'target', 'input')).includes('dataset')) {
        expect(at(inputs, 'target', 'retryPolicy')).toEqual({
          maximumEventAgeInSeconds: 900,
          maximumRetryAttempts: 10,
        });
      }
    }
  });

  it('are alarms by their own rhythm', () => {
    const windows = ofType(production, 'aws:cloudwatch/metricAlarm:MetricAlarm')
      .filter(({ inputs }) => inputs.metricName === 'SnapshotsStored' && at(inputs.dimensions, 'exchange') === 'okx')
      .map(({ inputs }) => [
        at(inputs.dimensions, 'dataset'),
        Number(inputs.period) * Number(inputs.evaluationPeriods),
      ]);
    expect(Object.fromEntries(windows as [string, number][])).toEqual({
      open_interest: 15 * 60,
      funding_rates: 9 * 3600,
      instruments: 3 * 3600,
    });
  });
});
