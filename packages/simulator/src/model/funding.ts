import { day, floorTo, minute, second } from '@feedlake/schema';
import type { Market } from './market.ts';
import { uniform, wander } from './noise.ts';

/** The rate that is charged at `time`, for one interval. Times in microseconds. */
export function settledRate(market: Market, time: number): number {
  const base = (0.0001 * (market.fundingSeconds ?? 28_800)) / 28_800;
  if (uniform(market.key + 30, time / second) < 0.25) return base;
  return base * (1 + 3 * wander(market.key + 31, time, 4 * day) + 0.6 * wander(market.key + 32, time, 600 * minute));
}

/** The estimate, at `time`, of the rate that will be charged at the end of the interval now open: nearer the nearer it is. */
export function runningRate(market: Market, time: number): number {
  const end = nextFunding(market, time);
  const left = (end - time) / ((market.fundingSeconds ?? 28_800) * second);
  return settledRate(market, end) * (1 + 0.4 * left * wander(market.key + 33, time, 7 * minute));
}

/** When the interval that is open at `time` ends. */
export function nextFunding(market: Market, time: number): number {
  const step = (market.fundingSeconds ?? 28_800) * second;
  return floorTo(time, step) + step;
}

/**
 * The times of fundings in [from, to], none of them before the listing. Microseconds.
 * @param limit how many at most.
 * @param end which end of the range they are taken from; they are in ascending order anyway.
 */
export function fundingTimes(market: Market, from: number, to: number, limit: number, end: 'first' | 'last'): number[] {
  if (market.fundingSeconds === null) return [];
  return multiples(market.fundingSeconds * second, Math.max(from, market.listed + 1), to, limit, end);
}

/** The multiples of `step` in [from, to], ascending, at most `limit` of them from the named end. */
export function multiples(step: number, from: number, to: number, limit: number, end: 'first' | 'last'): number[] {
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  const count = Math.max(0, Math.min(limit, last - first + 1));
  const start = end === 'first' ? first : last - count + 1;
  return Array.from({ length: count }, (_, index) => (start + index) * step);
}
