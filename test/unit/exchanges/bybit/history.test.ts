import type { History, HistoryQuery } from '@feedlake/exchanges';
import { hour } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { bybit } from '../../../../packages/exchanges/src/bybit/index.ts';
import { mapReply, walk } from '../../../support/mapped.ts';

const openInterest = bybit.history.open_interest as History;
const funding = bybit.history.funding_rates as History;

const start = 1_769_904_000_000; // 2026-02-01 00:00 UTC, ms
const query = (rest: Partial<HistoryQuery>): HistoryQuery => ({
  symbol: 'BTCUSDT',
  from: start * 1000,
  to: start * 1000 + 24 * hour,
  periodSeconds: null,
  ...rest,
});

/** A venue that has a row at each of these times (ms) and gives the newest of a range first, at most `most` of them. */
function venue(times: number[], field: string, most: number) {
  const received: number[] = [];
  return {
    received,
    answer(_path: string, parameters: URLSearchParams) {
      const from = Number(parameters.get('startTime'));
      const to = Number(parameters.get('endTime'));
      expect(from).toBeGreaterThan(0);
      expect(to).toBeGreaterThanOrEqual(from);
      const limit = Math.min(Number(parameters.get('limit')), most);
      const skipped = Number(parameters.get('cursor') ?? 0);
      const inRange = times.filter((time) => time >= from && time <= to).sort((a, b) => b - a);
      const page = inRange.slice(skipped, skipped + limit);
      received.push(...page);
      const next = skipped + limit < inRange.length ? String(skipped + limit) : '';
      return { retCode: 0, result: { list: page.map((time) => ({ [field]: String(time) })), nextPageCursor: next } };
    },
  };
}

const every = (minutes: number, count: number) => Array.from({ length: count }, (_, i) => start + i * minutes * 60_000);

test.each([
  [300, '5min', 5],
  [900, '15min', 15],
  [1800, '30min', 30],
  [3600, '1h', 60],
  [14400, '4h', 240],
  [86400, '1d', 1440],
])('open interest in buckets of %d s: every bucket once, no page cut short', (periodSeconds, interval, minutes) => {
  const times = every(minutes, 950);
  const { answer, received } = venue(times, 'timestamp', 200);
  const to = (times.at(-1) ?? 0) * 1000 + 1;
  const paths = walk(openInterest.pages(query({ to, periodSeconds })), answer);
  expect(received.toSorted((a, b) => a - b)).toEqual(times);
  expect(paths).toHaveLength(5);
  expect(
    paths.every((path) => path.includes(`category=linear&symbol=BTCUSDT&intervalTime=${interval}&limit=200`)),
  ).toBe(true);
});

test('a range that starts and ends between buckets: `to` is exclusive, windows neither overlap nor leave a hole', () => {
  const times = every(60, 500);
  const { answer, received } = venue(times, 'timestamp', 200);
  const from = start * 1000 + 1;
  const to = start * 1000 + 450 * hour;
  walk(openInterest.pages(query({ from, to, periodSeconds: 3600 })), answer);
  expect(received.toSorted((a, b) => a - b)).toEqual(times.slice(1, 450));
});

test('a venue that gives fewer rows than asked is followed by its cursor', () => {
  const times = every(60, 300);
  const { answer, received } = venue(times, 'timestamp', 50);
  walk(openInterest.pages(query({ to: start * 1000 + 300 * hour, periodSeconds: 3600 })), answer);
  expect(received.toSorted((a, b) => a - b)).toEqual(times);
});

test('a cursor is not followed past the first bucket of a window, nor when it leads nowhere', () => {
  const pages = { timestamp: String(start), openInterest: '1' };
  const reply = { retCode: 0, result: { list: [pages], nextPageCursor: 'again' } };
  expect(walk(openInterest.pages(query({ periodSeconds: 3600 })), () => reply)).toHaveLength(1);
  const late = { ...pages, timestamp: String(start + 7_200_000) };
  const stuck = { retCode: 0, result: { list: [late], nextPageCursor: 'again' } };
  expect(walk(openInterest.pages(query({ periodSeconds: 3600 })), () => stuck)).toHaveLength(2);
});

test('empty windows before the listing end neither the walk nor each other', () => {
  const times = every(60, 800).slice(450);
  const { answer, received } = venue(times, 'timestamp', 200);
  const paths = walk(openInterest.pages(query({ to: start * 1000 + 800 * hour, periodSeconds: 3600 })), answer);
  expect(received).toHaveLength(350);
  expect(paths).toHaveLength(4);
});

test.each([1, 8])('funding every %d h is walked back, from the end to the start, over pages of 200', (hours) => {
  const times = every(hours * 60, 450);
  const { answer, received } = venue(times, 'fundingRateTimestamp', 200);
  const to = start * 1000 + 450 * hours * hour;
  const paths = walk(funding.pages(query({ to })), answer);
  expect(received).toEqual(times.toReversed());
  expect(paths).toHaveLength(3);
  expect(paths.every((path) => path.includes(`&startTime=${start}&endTime=`))).toBe(true);
});

test('funding: a page smaller than asked for is not taken for the last', () => {
  const times = every(60, 100);
  const { answer, received } = venue(times, 'fundingRateTimestamp', 30);
  walk(funding.pages(query({ to: start * 1000 + 100 * hour })), answer);
  expect(received).toEqual(times.toReversed());
});

test('funding ends at an empty page, and at a page that makes no progress', () => {
  expect(walk(funding.pages(query({})), () => ({ retCode: 0, result: { list: [] } }))).toHaveLength(1);
  const future = { fundingRateTimestamp: String(start + 999 * 3_600_000) };
  expect(walk(funding.pages(query({})), () => ({ retCode: 0, result: { list: [future] } }))).toHaveLength(1);
});

test('a range narrower than a millisecond asks for nothing', () => {
  const narrow = query({ from: start * 1000 + 1, to: start * 1000 + 500, periodSeconds: 3600 });
  expect(walk(openInterest.pages(narrow), () => null)).toEqual([]);
  expect(walk(funding.pages(narrow), () => null)).toEqual([]);
});

test('history rows of open interest: one side, the width of the bucket, the symbol of the reply', () => {
  const list = [
    { openInterest: '10.5', singleOpenInterest: '5.3', timestamp: String(start + 3_600_000) },
    { openInterest: '', timestamp: String(start) },
    { openInterest: '10.5', openInterestValue: '21', timestamp: String(start) },
  ];
  const path = '/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=1h';
  const { rows, rejected } = mapReply(bybit, path, { retCode: 0, result: { symbol: 'BTCUSDT', list } });
  expect(rows).toMatchObject([
    { ts_event: (start + 3_600_000) * 1000, open_interest: '5.3', value_basis: null, period_seconds: 3600 },
    { open_interest: '5.25', open_interest_value: '10.5', value_basis: 'reported', period_seconds: 3600 },
  ]);
  expect(rejected).toEqual(['open_interest of BTCUSDT: open_interest is missing']);
});

test('history rows of funding are settled: the stamp as it is, the time to the minute, no interval', () => {
  const list = [{ symbol: 'BTCUSDT', fundingRate: '-0.0000125', fundingRateTimestamp: String(start + 3) }];
  const { rows } = mapReply(bybit, '/v5/market/funding/history?category=linear', { retCode: 0, result: { list } });
  expect(rows).toMatchObject([
    { kind: 'settled', rate: '-0.0000125', ts_event: (start + 3) * 1000, funding_time: start * 1000 },
  ]);
  expect(rows[0]?.interval_seconds ?? null).toBeNull();
});

test('both histories reach back to the listing', () => {
  expect([openInterest.horizonSeconds, funding.horizonSeconds]).toEqual([null, null]);
  expect(openInterest.periods).toEqual([300, 900, 1800, 3600, 14400, 86400]);
});
