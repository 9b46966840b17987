import { describe, expect, it } from 'vitest';
import { ScheduleExpressionError, scheduleExpression } from '../../../infra/schedule-expression.ts';

const ofSetting = (every: string) => scheduleExpression(every, 'snapshots.trades.every');

describe('a schedule for EventBridge', () => {
  it.each([
    ['1m', 'cron(* * * * ? *)'],
    ['60s', 'cron(* * * * ? *)'],
    ['5m', 'cron(0/5 * * * ? *)'],
    ['30m', 'cron(0/30 * * * ? *)'],
    ['60m', 'cron(0 * * * ? *)'],
    ['1h', 'cron(0 * * * ? *)'],
    ['120m', 'cron(0 0/2 * * ? *)'],
    ['8h', 'cron(0 0/8 * * ? *)'],
    ['24h', 'cron(0 0 * * ? *)'],
    ['1d', 'cron(0 0 * * ? *)'],
  ])('of the interval %s is at its multiples by the clock', (every, expression) => {
    expect(ofSetting(every)).toBe(expression);
  });

  it.each([
    ['* * * * *', 'cron(* * * * ? *)'],
    ['*/5 * * * *', 'cron(0/5 * * * ? *)'],
    ['3-59/5 * * * *', 'cron(3/5 * * * ? *)'],
    ['0 */8 * * *', 'cron(0 0/8 * * ? *)'],
    ['1 0,8,16 * * *', 'cron(1 0/8 * * ? *)'],
    ['0 8-18/4 * * *', 'cron(0 8,12,16 * * ? *)'],
    ['0,30 9,17 * * *', 'cron(0,30 9,17 * * ? *)'],
    ['0 0 1 * *', 'cron(0 0 1 * ? *)'],
    ['0 0 * JAN,JUL *', 'cron(0 0 * 1,7 ? *)'],
    ['0 0 * * 0', 'cron(0 0 ? * 1 *)'],
    ['0 0 * * 7', 'cron(0 0 ? * 1 *)'],
    ['0 0 * * MON-FRI', 'cron(0 0 ? * 2,3,4,5,6 *)'],
    ['0 0 * * 5-7', 'cron(0 0 ? * 1,6,7 *)'],
    ['0 0 * * 0-6', 'cron(0 0 * * ? *)'],
  ])('of the cron expression %s has its fields, and weekdays from 1', (every, expression) => {
    expect(ofSetting(every)).toBe(expression);
  });

  it.each([
    ['30s', /^snapshots\.trades\.every: `30s` is shorter than a minute/],
    ['90s', /`90s` does not divide an hour or a day evenly/],
    ['7m', /`7m` does not divide/],
    ['5h', /`5h` does not divide/],
    ['2d', /`2d` does not divide/],
    ['0 0 1 * MON', /names days of the month and weekdays/],
  ])('is refused for %s, by the name of its setting', (every, message) => {
    expect(() => ofSetting(every)).toThrow(ScheduleExpressionError);
    expect(() => ofSetting(every)).toThrow(message);
  });
});
