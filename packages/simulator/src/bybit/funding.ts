import { fact } from '../http/reply.ts';
import { fundingTimes, settledRate } from '../model/funding.ts';
import type { Market } from '../model/market.ts';
import { ms, trimmed } from '../model/text.ts';
import { millisecondsAt, optional, whole } from '../parameters.ts';
import type { Reply, VenueRequest } from '../venue.ts';
import { envelope, refuse } from './envelope.ts';

/**
 * `GET /v5/market/funding/history`: newest first, walking back from the end time. A start time alone is an error; more
 * than 200 a page are never given.
 * @throws BadParameter
 */
export function fundingHistory(market: Market, request: VenueRequest, at: number): Reply {
  const end = optional(request, 'endTime');
  if (optional(request, 'startTime') !== null && end === null) {
    return refuse(10001, 'params error: startTime must be passed together with endTime', at);
  }
  const limit = Math.min(200, Math.max(1, whole(request, 'limit', 200)));
  const from = millisecondsAt(request, 'startTime', 0);
  const to = Math.min(millisecondsAt(request, 'endTime', at), at);
  const list = fundingTimes(market, from, to, limit, 'last')
    .reverse()
    .map((time) => ({
      symbol: market.symbol,
      fundingRate: trimmed(settledRate(market, time), 8),
      fundingRateTimestamp: String(ms(time)),
    }));
  const facts = list.map((row, index) =>
    fact(
      {
        dataset: 'funding_rates',
        kind: 'settled',
        symbol: row.symbol,
        time: Number(row.fundingRateTimestamp) * 1000,
        row: index,
      },
      row,
      ['fundingRate'],
    ),
  );
  return envelope({ category: 'linear', list }, at, facts);
}
