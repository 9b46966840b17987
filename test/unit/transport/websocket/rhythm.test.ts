import { hour, minute, second } from '@feedlake/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Rhythm } from '../../../../packages/transport/src/websocket/rhythm.ts';

const start = Date.parse('2026-11-03T08:00:00Z') * 1000;

test('there is no deadline before a rhythm is known: neither few pauses nor a short burst make one', () => {
  const rhythm = new Rhythm();
  for (let n = 0; n < 1_000; n++) rhythm.heard(start + n * 1_000);
  expect(rhythm.deadline(minute)).toBeNull();
  const slow = new Rhythm();
  for (let n = 0; n < 20; n++) slow.heard(start + n * hour);
  expect(slow.deadline(minute)).toBeNull();
});

test('three times the longest pause of late, and never less than the least', () => {
  const rhythm = new Rhythm();
  for (let n = 0; n <= 60; n++) rhythm.heard(start + n * 10 * second);
  expect(rhythm.deadline(minute)).toBe(minute);
  rhythm.heard(start + 10 * minute + 50 * second);
  expect(rhythm.deadline(minute)).toBe(150 * second);
});

test('a pause over a change of connection does not count', () => {
  const rhythm = new Rhythm();
  for (let n = 0; n <= 60; n++) rhythm.heard(start + n * 10 * second);
  rhythm.interrupted();
  expect(rhythm.deadline(minute)).toBe(minute);
  rhythm.heard(start + 2 * hour);
  expect(rhythm.deadline(minute)).toBe(minute);
});

test('a long pause is forgotten after two hours at most', () => {
  const rhythm = new Rhythm();
  rhythm.heard(start);
  rhythm.heard(start + 20 * minute);
  for (let at = start + 20 * minute; at <= start + 145 * minute; at += 10 * second) rhythm.heard(at);
  expect(rhythm.deadline(minute)).toBe(minute);
});

test('no pause that is shorter than one of the last hour is ever out of rhythm', () => {
  const pauses = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 21, maxLength: 200 });
  fc.assert(
    fc.property(pauses, (seconds) => {
      const rhythm = new Rhythm();
      const times = [start];
      for (const pause of seconds) times.push((times.at(-1) ?? start) + pause * second);
      for (const at of times) rhythm.heard(at);
      const end = times.at(-1) ?? start;
      const recent = times.flatMap((at, n) => (n > 0 && at > end - hour ? [at - (times[n - 1] ?? at)] : []));
      const deadline = rhythm.deadline(second);
      if (deadline !== null) expect(deadline).toBeGreaterThanOrEqual(3 * Math.max(...recent));
    }),
  );
});
