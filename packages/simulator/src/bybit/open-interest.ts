import { minute } from '@feedlake/schema';
import { fact } from '../http/reply.ts';
import { multiples } from '../model/funding.ts';
import { type Market, openInterest } from '../model/market.ts';
import { cut, fixed, ms } from '../model/text.ts';
import { BadParameter, millisecondsAt, optional, required, whole } from '../parameters.ts';
import type { Reply, VenueRequest } from '../venue.ts';
import { envelope } from './envelope.ts';

/**
 * Open interest as Bybit tells it. The known figure is the sum of both sides, which may be odd in its last digit; the
 * figure of one side is its half, rounded up.
 */
export function bothSides(market: Market, time: number): { readonly both: string; readonly single: string } {
  const unit = 10 ** market.sizeDecimals;
  const both = Math.round(openInterest(market, time) * 2 * unit);
  return {
    both: fixed(both / unit, market.sizeDecimals),
    single: fixed(Math.ceil(both / 2) / unit, market.sizeDecimals),
  };
}

const intervals: Readonly<Record<string, number>> = {
  '5min': 5,
  '15min': 15,
  '30min': 30,
  '1h': 60,
  '4h': 240,
  '1d': 1440,
};

/**
 * `GET /v5/market/open-interest`: newest first, walking back from the end. A start time without an end time is ignored
 * (seen on the live venue, ccxt issue 30014). The cursor names the last time seen, so a new bucket does not shift pages.
 * @throws BadParameter
 */
export function openInterestHistory(market: Market, request: VenueRequest, at: number, withSingle: boolean): Reply {
  const step = (intervals[required(request, 'intervalTime')] ?? 0) * minute;
  if (step === 0) throw new BadParameter('intervalTime', 'malformed');
  const limit = Math.min(200, Math.max(1, whole(request, 'limit', 50)));
  const end = millisecondsAt(request, 'endTime', at);
  const from = optional(request, 'endTime') === null ? 0 : millisecondsAt(request, 'startTime', 0);
  const cursor = optional(request, 'cursor');
  const before = cursor === null ? Number.POSITIVE_INFINITY : cursorTime(cursor);
  const to = Math.min(end, at, before - 1);
  const times = multiples(step, Math.max(from, market.listed), to, limit + 1, 'last').reverse();
  const list = times.slice(0, limit).map((time) => {
    const { both, single } = bothSides(market, time);
    const timestamp = String(ms(time));
    const openInterest = cut(both, 8);
    return withSingle ? { openInterest, singleOpenInterest: single, timestamp } : { openInterest, timestamp };
  });
  const facts = list.map((row, index) =>
    fact(
      {
        dataset: 'open_interest',
        kind: 'history',
        symbol: market.symbol,
        time: Number(row.timestamp) * 1000,
        row: index,
      },
      row,
      ['openInterest', 'singleOpenInterest'],
    ),
  );
  const lastTime = times[limit - 1];
  const nextPageCursor =
    times.length > limit && lastTime !== undefined
      ? encodeURIComponent(`lastid=${market.key}&lasttime=${lastTime / 1_000_000}`)
      : '';
  return envelope({ symbol: market.symbol, category: 'linear', list, nextPageCursor }, at, facts);
}

function cursorTime(cursor: string): number {
  const seconds = /lasttime=(\d+)$/.exec(decodeURIComponent(cursor))?.[1];
  if (seconds === undefined) throw new BadParameter('cursor', 'malformed');
  return Number(seconds) * 1_000_000;
}
