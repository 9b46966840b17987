import { cronFields, milliseconds } from '@feedlake/config';

/** A schedule of the settings that EventBridge Scheduler can't follow. The message names the setting. */
export class ScheduleExpressionError extends Error {
  override readonly name = 'ScheduleExpressionError';
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** First and last value of the fields of a cron expression: minute, hour, day of the month, month, weekday. */
const bounds = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

/**
 * A schedule of the settings as an expression of EventBridge Scheduler, in UTC. Always a `cron`: a `rate` counts from the
 * moment of the deployment, and slots are those of the clock.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @param every an interval (`5m`), or a cron expression of five fields
 * @param setting path of the setting, for the error
 * @throws ScheduleExpressionError when the interval is below a minute or does not divide an hour or a day evenly, or when
 * days of the month and weekdays are both given: POSIX means either of them then, EventBridge takes only one.
 */
export function scheduleExpression(every: string, setting: string): `cron(${string})` {
  return every.includes(' ') ? ofCron(every, setting) : ofInterval(every, setting);
}

function ofInterval(every: string, setting: string): `cron(${string})` {
  const width = milliseconds(every);
  if (width < minute) {
    throw new ScheduleExpressionError(`${setting}: \`${every}\` is shorter than a minute, AWS's shortest interval`);
  }
  if (width % minute === 0 && hour % width === 0) return `cron(${step(width / minute, 60)} * * * ? *)`;
  if (width % hour === 0 && day % width === 0) return `cron(0 ${step(width / hour, 24)} * * ? *)`;
  throw new ScheduleExpressionError(
    `${setting}: \`${every}\` does not divide an hour or a day evenly, which AWS's schedules need; ` +
      'write for example `5m`, `4h` or `1d`, or a cron expression',
  );
}

function step(width: number, all: number): string {
  if (width === 1) return '*';
  return width === all ? '0' : `0/${width}`;
}

function ofCron(every: string, setting: string): `cron(${string})` {
  const [minutes, hours, days, months, weekdays] = cronFields(every).map((values, field) => written(values, field));
  if (days !== '*' && weekdays !== '*') {
    throw new ScheduleExpressionError(
      `${setting}: \`${every}\` names days of the month and weekdays, of which AWS's schedules take one; put \`*\` in ` +
        'either field',
    );
  }
  const dates = weekdays === '*' ? `${days} ${months} ?` : `? ${months} ${weekdays}`;
  return `cron(${minutes} ${hours} ${dates} *)`;
}

function written(values: readonly number[] | null, field: number): string {
  const [first, last] = bounds[field] ?? [0, 0];
  if (values === null || values.length === last - first + 1) return '*';
  // EventBridge counts weekdays from 1 for Sunday.
  if (field === 4) return values.map((value) => value + 1).join(',');
  const [start = first, next] = values;
  const stride = next === undefined ? 0 : next - start;
  const isEven = values.every((value, index) => value === start + index * stride);
  const reachesEnd = start + values.length * stride > last;
  return values.length > 2 && isEven && reachesEnd ? `${start}/${stride}` : values.join(',');
}
