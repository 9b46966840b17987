import { second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { retryAfter } from '../../../packages/transport/src/rest/retry-after.ts';

const now = Date.parse('2026-11-03T08:00:00Z') * 1000;

test.each([
  ['0', 0],
  ['120', 120],
  [' 1.5 ', 1.5],
  ['Tue, 03 Nov 2026 08:01:00 GMT', 60],
  ['Tue, 03 Nov 2026 07:00:00 GMT', 0],
  ['soon', null],
  ['', null],
])('%j is in %s s', (text, seconds) => {
  const time = seconds === null ? undefined : now + seconds * second;
  expect(retryAfter({ 'retry-after': text }, now)).toBe(time);
});

test('no header, no time', () => {
  expect(retryAfter({}, now)).toBeUndefined();
});
