import { Schedule, ScheduleError } from '@feedlake/collector';
import { day, hour, minute, second } from '@feedlake/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../support/rows.ts';

const time = fc.integer({ min: at('2020-01-01'), max: at('2090-01-01') });

describe('an interval', () => {
  const units = { s: second, m: minute, h: hour, d: day };
  const intervals = fc
    .tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom('s', 'm', 'h', 'd'))
    .map(([count, unit]) => ({ every: `${count}${unit}`, width: count * units[unit] }));

  test('has its slots at its multiples, one in each stretch of its width', () => {
    fc.assert(
      fc.property(intervals, time, ({ every, width }, t) => {
        const schedule = new Schedule(every);
        const slot = schedule.slotAt(t);
        expect(slot % width).toBe(0);
        expect(slot).toBeLessThanOrEqual(t);
        expect(t - slot).toBeLessThan(width);
        expect(schedule.next(t)).toBe(slot + width);
        expect(schedule.next(slot)).toBe(slot + width);
        expect(schedule.previous(slot)).toBe(slot - width);
        expect(schedule.widthAt(slot)).toBe(width);
      }),
    );
  });

  test.each([
    ['5m', '2026-10-15T12:30', '2026-10-15T12:35'],
    ['1h', '2026-10-15T12:00', '2026-10-15T13:00'],
    ['1d', '2026-10-15T00:00', '2026-10-16T00:00'],
    ['30s', '2026-10-15T12:34:30', '2026-10-15T12:35:00'],
  ])('%s stands where the clock has it, in UTC', (every, slot, next) => {
    const schedule = new Schedule(every);
    expect(schedule.slotAt(at('2026-10-15T12:34:56'))).toBe(at(slot));
    expect(schedule.next(at('2026-10-15T12:34:56'))).toBe(at(next));
  });
});

/** A field of a cron expression: its text, the values it means, and whether it restricts anything. */
interface Field {
  readonly text: string;
  readonly values: ReadonlySet<number>;
  readonly restricts: boolean;
}

function field(least: number, most: number): fc.Arbitrary<Field> {
  const span = (from: number, to: number, step: number) =>
    Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
  const value = fc.integer({ min: least, max: most });
  const range = fc.tuple(value, value, fc.integer({ min: 1, max: Math.min(9, most - least) })).map(([a, b, step]) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    const text = from === to ? `${from}` : `${from}-${to}${step === 1 ? '' : `/${step}`}`;
    return { text, values: from === to ? [from] : span(from, to, step) };
  });
  const list = fc.array(range, { minLength: 1, maxLength: 3 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(','),
    values: new Set(parts.flatMap(({ values }) => values)),
    restricts: true,
  }));
  return fc.oneof(fc.constant({ text: '*', values: new Set(span(least, most, 1)), restricts: false }), list);
}

const expressions = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
  .map((fields) => ({ every: fields.map(({ text }) => text).join(' '), fields }));

/** Whether a full minute is meant, as POSIX has it: days of the month and of the week add up where both are given. */
function matches([minutes, hours, dates, months, days]: readonly Field[], micros: number): boolean {
  const date = new Date(micros / 1000);
  const onDate = dates?.values.has(date.getUTCDate()) === true;
  const onDay = days?.values.has(date.getUTCDay()) === true;
  const isDue = dates?.restricts === true && days?.restricts === true ? onDate || onDay : onDate && onDay;
  return (
    isDue &&
    minutes?.values.has(date.getUTCMinutes()) === true &&
    hours?.values.has(date.getUTCHours()) === true &&
    months?.values.has(date.getUTCMonth() + 1) === true
  );
}

describe('a cron expression', () => {
  test('has its slots where it matches, and nowhere between', () => {
    fc.assert(
      fc.property(expressions, time, ({ every, fields }, t) => {
        let schedule: Schedule;
        try {
          schedule = new Schedule(every);
        } catch (error) {
          // The thirtieth of February.
          expect(String(error)).toContain('no such date');
          expect(Math.min(...(fields[2]?.values ?? []))).toBeGreaterThan(29);
          return;
        }
        const looked = 3 * day;
        const first = Math.ceil((t + 1) / minute) * minute;
        const last = Math.floor((t - 1) / minute) * minute;
        const all = Array.from({ length: looked / minute }, (_, index) => index * minute);
        const after = all.map((distance) => first + distance).find((slot) => matches(fields, slot));
        const before = all.map((distance) => last - distance).find((slot) => matches(fields, slot));
        const [next, previous] = [schedule.next(t), schedule.previous(t)];
        if (after === undefined) expect(next).toBeGreaterThanOrEqual(first + looked);
        else expect(next).toBe(after);
        if (before === undefined) expect(previous).toBeLessThanOrEqual(last - looked);
        else expect(previous).toBe(before);
        expect(matches(fields, next) && matches(fields, previous)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('is exact to the microsecond', () => {
    const schedule = new Schedule('*/5 * * * *');
    const slot = at('2026-10-15T12:35');
    for (const [t, present] of [
      [slot - 1, slot - 5 * minute],
      [slot, slot],
      [slot + 1, slot],
      [slot + 999_999, slot],
      [slot + 5 * minute - 1, slot],
    ] as const) {
      expect(schedule.slotAt(t)).toBe(present);
      expect(schedule.next(t)).toBe(present + 5 * minute);
    }
    expect(schedule.previous(slot)).toBe(slot - 5 * minute);
  });

  test('means UTC wherever the machine stands, also when its clock is put forward', () => {
    const before = process.env.TZ;
    try {
      process.env.TZ = 'America/New_York';
      expect(new Date(2026, 2, 8, 12).getUTCHours()).toBe(16);
      const schedule = new Schedule('30 2,3 * * *');
      expect(schedule.next(at('2026-03-08T02:00'))).toBe(at('2026-03-08T02:30'));
      expect(schedule.next(at('2026-03-08T02:30'))).toBe(at('2026-03-08T03:30'));
      expect(schedule.previous(at('2026-03-08T07:00'))).toBe(at('2026-03-08T03:30'));
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  test.each([
    ['15 8 * JAN MON-FRI', '2027-01-01T08:15'],
    ['0 0 * * 7', '2026-10-18T00:00'],
    ['0 0 29 2 *', '2028-02-29T00:00'],
  ])('%s', (every, next) => {
    expect(new Schedule(every).next(at('2026-10-15T12:34'))).toBe(at(next));
  });
});

test.each([
  ['0 0 30 2 *', /no such date/],
  ['5/10 * * * *', /stepping/],
  ['0 8-2 * * *', /larger/],
  ['*/61 * * * *', /steps/],
  ['500ms', /500ms/],
  ['0m', /0m/],
  ['', /``/],
  ['0 * * * * *', /0 \* \* \* \* \*/],
  ['99999999999d', /too long/],
])('%j is refused', (every, message) => {
  expect(() => new Schedule(every)).toThrow(ScheduleError);
  expect(() => new Schedule(every)).toThrow(message);
});
