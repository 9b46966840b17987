import { parseIsoTime } from '@feedlake/schema';
import { expect } from 'vitest';
import { type Card, fixtureCard } from './card.ts';

const minute = 60_000_000;

/** Open interest and funding rates: what snapshots and histories fill. */
export const polledCards: readonly Card[] = [
  fixtureCard(
    'C01',
    'open interest is one side, in base units, and its value says what it is based on',
    (venue) => venue.openInterest,
    (rows) => {
      const own = rows.filter(({ dataset }) => dataset === 'open_interest');
      expect(own).not.toEqual([]);
      for (const row of own) {
        expect(row.period_seconds, 'a point in time has no width').toBeUndefined();
        expect(row.value_basis === undefined).toBe(row.open_interest_value === undefined);
      }
    },
  ),
  fixtureCard(
    'C02',
    'open interest history has the width of its buckets',
    (venue) => venue.openInterestHistory,
    (rows, { adapter }) => {
      const { open_interest: history } = adapter.history;
      const periods = 'periods' in history ? history.periods : null;
      expect(rows).not.toEqual([]);
      for (const { period_seconds } of rows) expect(periods).toContain(period_seconds);
    },
  ),
  fixtureCard(
    'C03',
    'a running rate is told apart from a settled one, and both say when it is charged, to the minute',
    (venue) => [...venue.running, ...venue.settled],
    (rows, venue) => {
      const own = rows.filter(({ dataset }) => dataset === 'funding_rates');
      expect(new Set(own.map(({ kind }) => kind))).toEqual(new Set(['running', 'settled']));
      for (const { kind, funding_time, ts_event } of own) {
        const charged = parseIsoTime(String(funding_time)) ?? Number.NaN;
        expect(charged % minute).toBe(0);
        if (kind === 'settled') {
          const stamp = parseIsoTime(String(ts_event)) ?? Number.NaN;
          expect(Math.abs(charged - stamp)).toBeLessThanOrEqual(minute / 2);
        }
      }
      expect(venue.settled.flatMap((fixture) => fixture.rows).some(({ kind }) => kind === 'settled')).toBe(true);
    },
  ),
  {
    number: 'C04',
    title: 'a funding interval is told or null, never assumed',
    judge(venue) {
      const { told, unknown } = venue.interval;
      const judged = fixtureCard(
        '',
        '',
        () => told,
        (rows) => {
          const intervals = rows
            .filter(({ dataset }) => dataset === 'funding_rates')
            .map((row) => row.interval_seconds);
          expect(intervals).not.toEqual([]);
          for (const interval of intervals) expect(interval).toBeGreaterThan(0);
        },
      ).judge(venue);
      fixtureCard(
        '',
        '',
        () => unknown,
        (rows) => {
          const own = rows.filter(({ dataset }) => dataset === 'funding_rates');
          expect(own).not.toEqual([]);
          for (const { interval_seconds } of own) expect(interval_seconds).toBeUndefined();
        },
      ).judge(venue);
      return judged;
    },
  },
];
