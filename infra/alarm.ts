import { notifications } from './notifications.ts';
import { physicalName } from './settings.ts';

export interface AlarmOptions {
  /** Kebab-case; with app and stage before it, the alarm's name. */
  readonly name: string;
  /** What it means, and what to look at first. */
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, $util.Input<string>>>;
  readonly statistic: 'Sum' | 'Minimum' | 'Maximum';
  readonly comparison: 'LessThanThreshold' | 'GreaterThanThreshold';
  readonly threshold: number;
  /** Seconds: 60, or a multiple of it. */
  readonly period: number;
  /** Periods that are looked at. */
  readonly periods: number;
  /** How many of them have to be bad. Default: all. */
  readonly badPeriods?: number;
  /** What a period without data means: nothing, or the failure itself. */
  readonly missing: 'notBreaching' | 'breaching';
}

/** An alarm that tells the topic when it begins and when it ends. */
export function alarm(resource: string, options: AlarmOptions): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(resource, {
    name: physicalName(options.name),
    alarmDescription: options.description,
    namespace: options.namespace,
    metricName: options.metric,
    dimensions: options.dimensions,
    statistic: options.statistic,
    comparisonOperator: options.comparison,
    threshold: options.threshold,
    period: options.period,
    evaluationPeriods: options.periods,
    datapointsToAlarm: options.badPeriods ?? options.periods,
    treatMissingData: options.missing,
    alarmActions: [notifications.arn],
    okActions: [notifications.arn],
  });
}
