import type { History, HistoryQuery } from '@feedlake/exchanges';
import { hour } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { binance } from '../../../../packages/exchanges/src/binance/index.ts';
import { mapReply, walk } from '../../../support/mapped.ts';

const openInterest = binance.history.open_interest as History;
const funding = binance.history.funding_rates as History;

const start = 1_769_904_000_000; // 2026-02-01 00:00 UTC, ms
const query = (rest: Partial<HistoryQuery>): HistoryQuery => ({
  symbol: 'BTCUSDT',
  from: start * 1000,
  to: start * 1000 + 24 * hour,
  periodSeconds: null,
  ...rest,
});

const every = (minutes: number, count: number) => Array.from({ length: count }, (_, i) => start + i * minutes * 60_000);

/** A venue that has a row at each of these times (ms) and gives the oldest of a range first, as many as it is asked for. */
function venue(times: number[], field: string) {
  const received: number[] = [];
  return {
    received,
    answer(_path: string, parameters: URLSearchParams) {
      const [from, to] = [Number(parameters.get('startTime')), Number(parameters.get('endTime'))];
      expect(to).toBeGreaterThanOrEqual(from);
      const page = times.filter((time) => time >= from && time <= to).slice(0, Number(parameters.get('limit')));
      received.push(...page);
      return page.map((time) => ({ [field]: time }));
    },
  };
}

test.each([
  [300, '5m', 5],
  [3600, '1h', 60],
  [86400, '1d', 1440],
])('open interest in buckets of %d s: every bucket once, no page cut short', (periodSeconds, period, minutes) => {
  const times = every(minutes, 1200);
  const { answer, received } = venue(times, 'timestamp');
  const to = (times.at(-1) ?? 0) * 1000;
  const paths = walk(openInterest.pages(query({ to, periodSeconds })), answer);
  expect(received).toEqual(times.slice(0, -1));
  expect(paths).toHaveLength(3);
  expect(paths[0]).toContain(`period=${period}&limit=500&startTime=${start}&endTime=`);
});

test('open interest goes back a month, and says so', () => {
  expect(openInterest.horizonSeconds).toBe(30 * 86_400);
  expect(funding.horizonSeconds).toBeNull();
});

test('funding ascends over pages of 1000: every row once', () => {
  const times = every(60, 2500).map((time, i) => time + (i % 3));
  const { answer, received } = venue(times, 'fundingTime');
  const paths = walk(funding.pages(query({ to: start * 1000 + 2500 * hour })), answer);
  expect(received).toEqual(times);
  expect(paths).toHaveLength(3);
});

test('funding: a page that makes no progress ends the walk', () => {
  const stuck = Array.from({ length: 1000 }, () => ({ fundingTime: start - 1 }));
  expect(walk(funding.pages(query({})), () => stuck)).toHaveLength(1);
});

test('a range narrower than a millisecond asks for nothing', () => {
  const narrow = query({ from: start * 1000 + 1, to: start * 1000 + 500, periodSeconds: 3600 });
  expect(walk(openInterest.pages(narrow), () => null)).toEqual([]);
  expect(walk(funding.pages(narrow), () => null)).toEqual([]);
});

test('history rows of open interest carry their value and their bucket, whether times are texts or numbers', () => {
  const entry = { symbol: 'BTCUSDT', sumOpenInterest: '75375.61700000', sumOpenInterestValue: '3248828883.71251440' };
  const { rows } = mapReply(binance, '/futures/data/openInterestHist?symbol=BTCUSDT&period=1h', [
    { ...entry, timestamp: String(start) },
    { ...entry, timestamp: start, sumOpenInterestValue: '' },
    { pair: 'BTCUSD', contractType: 'PERPETUAL', sumOpenInterest: '1', timestamp: start },
  ]);
  expect(rows).toMatchObject([
    {
      ts_event: start * 1000,
      open_interest_value: '3248828883.71251440',
      value_basis: 'reported',
      period_seconds: 3600,
    },
    { ts_event: start * 1000, open_interest_value: null, value_basis: null },
  ]);
});

test('history rows of funding are settled: the stamp as it is, the time to the minute, no interval', () => {
  const body = [{ symbol: 'BTCUSDT', fundingRate: '0.0001', fundingTime: start + 2, markPrice: '' }];
  const { rows } = mapReply(binance, '/fapi/v1/fundingRate?symbol=BTCUSDT', body);
  expect(rows).toMatchObject([
    { kind: 'settled', ts_event: (start + 2) * 1000, funding_time: start * 1000, mark_price: null },
  ]);
  expect(rows[0]?.interval_seconds ?? null).toBeNull();
});
