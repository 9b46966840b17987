import { z } from 'zod';

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const field = (value: string): string => {
  const part = `(?:\\*|(?:${value})(?:-(?:${value}))?)(?:/[1-9]\\d?)?`;
  return `${part}(?:,${part})*`;
};

const cron = [
  field('[0-5]?\\d'),
  field('[01]?\\d|2[0-3]'),
  field('0?[1-9]|[12]\\d|3[01]'),
  field(['0?[1-9]', '1[0-2]', ...months].join('|')),
  field(['[0-7]', ...days].join('|')),
].join(' +');

export const scheduleShape = new RegExp(`^(?:[1-9]\\d*(?:s|m|h|d)|${cron})$`);

/** An interval aligned to the clock (`1m`, `5m`, `1h`), or a cron expression of five fields (POSIX crontab, UTC). */
export const schedule = () =>
  z
    .string()
    .regex(
      scheduleShape,
      'an interval such as `1m`, `5m` or `1h`, or a cron expression of five fields such as `*/5 * * * *`',
    );
