import { fromEpoch, isoDate, isoTime, parseIsoTime } from '@feedlake/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('microseconds survive their ISO text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8_000_000_000_000_000 }), (micros) => {
      expect(parseIsoTime(isoTime(micros))).toBe(micros);
      expect(isoTime(micros)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(isoTime(micros).startsWith(isoDate(micros))).toBe(true);
    }),
  );
});

test.each([
  ['2026-10-01', '2026-10-01T00:00:00.000000Z'],
  ['2026-10-01T08:30', '2026-10-01T08:30:00.000000Z'],
  ['2026-09-23T04:00:00', '2026-09-23T04:00:00.000000Z'],
  ['2026-09-23T04:00:00.1234567Z', '2026-09-23T04:00:00.123456Z'],
  ['2026-09-23T04:00:00+02:00', '2026-09-23T02:00:00.000000Z'],
  ['2026-09-23 04:00:00-0530', '2026-09-23T09:30:00.000000Z'],
  ['2026-09-23T04:00:00+02', '2026-09-23T02:00:00.000000Z'],
])('%s is %s', (text, iso) => expect(isoTime(parseIsoTime(text) ?? 0)).toBe(iso));

test.each([
  ...['', 'now', '2026-02-30', '2026-13-01', '2026-10-01T25:00', '20261001', '1790133798064'],
  ...['2026-10-01T00:00+24:00', '2026-10-01T00:00+02:60', '2026-10-01T00:00+2', '2026-10-01T00:00 02:00'],
])('%j is no ISO time', (text) => expect(parseIsoTime(text)).toBeNull());

test('seconds, milliseconds, microseconds and nanoseconds are told apart by size', () => {
  const micros = 1_790_133_798_064_000;
  expect([micros / 1e6, micros / 1e3, micros, micros * 1e3].map((value) => fromEpoch(Math.trunc(value)))).toEqual([
    1_790_133_798_000_000,
    micros,
    micros,
    micros,
  ]);
  expect(fromEpoch(0)).toBeNull();
  expect(fromEpoch(123_456_789)).toBeNull();
});
