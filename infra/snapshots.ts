import type { ScheduledSnapshot } from '@feedlake/collector/schedules';
import { deadLetters } from './dead-letters.ts';
import { nodeFunction } from './function.ts';
import { exchangeSettings } from './function-settings.ts';
import { lakeWriter } from './lake-access.ts';
import { pascalCase } from './naming.ts';
import { scheduleExpression } from './schedule-expression.ts';
import { config, hasCcxt, hasNative, schedules, usesCcxt } from './settings.ts';

/** A schedule is given up when its slot is this old: the next ones are what matters then. */
const oldestSeconds = 900;

/** Also those that no schedule has: the API may be asked for them. */
const datasets = Object.keys(config.snapshots);

function snapshotFunction(name: string, ccxt: boolean): sst.aws.Function {
  return nodeFunction(name, {
    handler: 'functions/snapshot.handler',
    description: `Takes the snapshot of a slot${ccxt ? ', through ccxt' : ''}`,
    writes: true,
    memory: '1024 MB',
    timeout: '2 minutes',
    settings: exchangeSettings,
    statements: lakeWriter(...datasets.map((dataset) => `v1/${dataset}/*`), 'v1/coverage/*'),
    ccxt,
    events: { retries: 2, maximumAge: oldestSeconds },
  });
}

const native = schedules.filter(({ exchange }) => !usesCcxt(exchange));
const throughCcxt = schedules.filter(({ exchange }) => usesCcxt(exchange));

/** Whether a function is needed: the API may be asked for any exchange in use, whatever the schedules have. */
function isNeeded(hasExchanges: boolean, snapshots: readonly ScheduledSnapshot[]): boolean {
  return snapshots.length > 0 || (hasExchanges && config.aws.api.enabled);
}

/** The functions that take snapshots, by name: ccxt is in one of its own, so that the others start fast. */
export const snapshotFunctions: Readonly<Record<string, sst.aws.Function>> = {
  ...(isNeeded(hasNative, native) && { snapshot: schedule(snapshotFunction('Snapshot', false), native) }),
  ...(isNeeded(hasCcxt, throughCcxt) && {
    'snapshot-ccxt': schedule(snapshotFunction('SnapshotCcxt', true), throughCcxt),
  }),
};

function schedule(fn: sst.aws.Function, snapshots: readonly ScheduledSnapshot[]): sst.aws.Function {
  for (const { dataset, exchange, every } of snapshots) {
    new sst.aws.CronV2(`Snapshot${pascalCase(dataset)}${pascalCase(exchange)}`, {
      function: fn,
      schedule: scheduleExpression(every, `snapshots.${dataset}.every`),
      // The time names the object: whenever the event arrives, however often, it is about this slot.
      event: { dataset, exchange, scheduled: '<aws.scheduler.scheduled-time>' },
      retries: 10,
      dlq: deadLetters.arn,
      transform: {
        schedule: (args) => {
          args.description = `${dataset} of ${exchange}, ${every}`;
          args.target = $output(args.target).apply((target) => ({
            ...target,
            retryPolicy: { ...target.retryPolicy, maximumEventAgeInSeconds: oldestSeconds },
          }));
        },
      },
    });
  }
  return fn;
}
