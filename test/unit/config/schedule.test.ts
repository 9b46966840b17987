import { Schedule } from '@feedlake/collector';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { schedule } from '../../../packages/config/src/schema/schedule.ts';
import { load, problemsOf } from './folder.ts';

const refusals = (every: string) =>
  problemsOf(() => load(`snapshots: {open_interest: {every: '${every}'}}`)).map(({ path, message }) => {
    expect(path).toBe('snapshots.open_interest.every');
    return message;
  });

it.each([
  '1m',
  '5m',
  '1h',
  '9007199254s',
  '*/5 * * * *',
  '0-30/10 * * * *',
  '0 0,12 1-15 JAN-MAR MON',
  '15 3 * * 7',
  '0 0 29 2 *',
  '0 0 31 4-5 *',
  '0 0 30 2 MON',
  '0 0 * * SAT-SUN',
])('takes the schedule %s', (every) => {
  expect(refusals(every)).toEqual([]);
  expect(new Schedule(every).next(0)).toBeGreaterThan(0);
});

it.each(['5', '0m', '* * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 8', '*/0 * * * *'])(
  'refuses the schedule %s',
  (every) => {
    expect(refusals(every)).toHaveLength(1);
  },
);

it.each([
  ['5/10 * * * *', 'a step follows `*` or a range'],
  ['*/5,3/2 * * * *', 'a step follows `*` or a range'],
  ['30-5 * * * *', 'expected ranges that ascend'],
  ['0 0 * DEC-FEB *', 'expected ranges that ascend'],
  ['0 0 * * 6-0', 'expected ranges that ascend'],
  ['*/61 * * * *', 'expected a step of at most 60 in that field'],
  ['0 0 * */13 *', 'expected a step of at most 12 in that field'],
  ['0 0 30 2 *', 'expected a date that exists'],
  ['0 0 31 4,6 *', 'expected a date that exists'],
  ['99999999999999d', 'expected a shorter interval'],
])('refuses the schedule %s, which can’t be followed: %s', (every, words) => {
  expect(refusals(every)).toEqual([expect.stringContaining(words)]);
  expect(() => new Schedule(every)).toThrow();
});

/** Fields as people write them, wrong ones among them. */
function field(least: number, most: number, names: readonly string[] = []): fc.Arbitrary<string> {
  const number = fc.integer({ min: least, max: most }).map(String);
  const value = names.length === 0 ? number : fc.oneof(number, fc.constantFrom(...names));
  const range = fc.tuple(value, value).map(([from, to]) => `${from}-${to}`);
  const step = fc.option(fc.integer({ min: 1, max: most + 2 }), { freq: 3, nil: null });
  const part = fc
    .tuple(fc.oneof(fc.constant('*'), value, range), step)
    .map(([text, by]) => (by === null ? text : `${text}/${by}`));
  return fc.oneof(
    fc.constant('*'),
    fc.array(part, { minLength: 1, maxLength: 2 }).map((parts) => parts.join(',')),
  );
}

it('takes none that can’t be followed, and of those in form refuses none that can', () => {
  const expressions = fc
    .tuple(
      field(0, 59),
      field(0, 23),
      field(1, 31),
      field(1, 12, ['JAN', 'FEB', 'DEC']),
      field(0, 7, ['SUN', 'MON', 'SAT']),
    )
    .map((fields) => fields.join(' '));
  fc.assert(
    fc.property(expressions, (every) => {
      let canBeFollowed = true;
      try {
        new Schedule(every);
      } catch {
        canBeFollowed = false;
      }
      expect(schedule().safeParse(every).success).toBe(canBeFollowed);
    }),
    { numRuns: 1000 },
  );
});
