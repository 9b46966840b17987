import { deadLetters } from './dead-letters.ts';
import { nodeFunction } from './function.ts';
import { lakeSettings } from './function-settings.ts';
import { lakeWriter } from './lake-access.ts';
import { scheduleExpression } from './schedule-expression.ts';
import { config } from './settings.ts';

const { every } = config.aws.coverage;

/** The function that measures how complete the lake is, as often as the settings say. */
export const coverageFunction = nodeFunction('Coverage', {
  handler: 'functions/coverage.handler',
  description: 'Publishes how complete the lake is',
  writes: true,
  memory: '1024 MB',
  timeout: '5 minutes',
  settings: lakeSettings,
  // It tells of slots that nobody took. What the lake knew of them before is looked up by rows, too.
  statements: lakeWriter('v1/coverage/*'),
  events: { retries: 2, maximumAge: 900 },
});

new sst.aws.CronV2('CoverageMeasurement', {
  function: coverageFunction,
  schedule: scheduleExpression(every, 'aws.coverage.every'),
  event: { scheduled: '<aws.scheduler.scheduled-time>' },
  retries: 10,
  dlq: deadLetters.arn,
  transform: { schedule: { description: `Completeness, ${every}` } },
});
