import * as z from 'zod';
import { milliseconds } from '../units.ts';
import { cronFault, days, months } from './cron.ts';

const field = (value: string): string => {
  const part = `(?:(?:\\*|(?:${value})-(?:${value}))(?:/[1-9]\\d?)?|(?:${value}))`;
  return `${part}(?:,${part})*`;
};

const cron = [
  field('[0-5]?\\d'),
  field('[01]?\\d|2[0-3]'),
  field('0?[1-9]|[12]\\d|3[01]'),
  field(['0?[1-9]', '1[0-2]', ...months].join('|')),
  field(['[0-7]', ...days].join('|')),
].join(' +');

const interval = '[1-9]\\d*(?:s|m|h|d)';
const isInterval = new RegExp(`^${interval}$`);

export const scheduleShape = new RegExp(`^(?:${interval}|${cron})$`);

/** An interval aligned to the clock (`1m`, `5m`, `1h`), or a cron expression of five fields (POSIX crontab, UTC). */
export const schedule = () =>
  z
    .string()
    .regex(scheduleShape, {
      error:
        'an interval such as `1m`, `5m` or `1h`, or a cron expression of five fields such as `*/5 * * * *`; a step ' +
        'follows `*` or a range',
      abort: true,
    })
    .superRefine((every, context) => {
      const fault = isInterval.test(every) ? intervalFault(every) : cronFault(every);
      if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    });

/** Schedules count in microseconds. */
function intervalFault(every: string): string | null {
  return Number.isSafeInteger(milliseconds(every) * 1000) ? null : 'a shorter interval';
}
