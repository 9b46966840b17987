import { day, minute, multiply } from '@feedlake/schema';
import { fact, json } from '../http/reply.ts';
import { multiples } from '../model/funding.ts';
import { type Market, markPrice, openInterest } from '../model/market.ts';
import { cut, fixed, ms } from '../model/text.ts';
import { BadParameter, limitUpTo, millisecondsAt, required } from '../parameters.ts';
import type { Reply, VenueRequest } from '../venue.ts';
import { refuse } from './refusals.ts';

/** `GET /fapi/v1/openInterest`: one symbol, base units, one side. */
export function openInterestNow(market: Market, at: number): Reply {
  if (!market.active) {
    return refuse(-4108, 'Symbol is on delivering or delivered or settling or close or pre-trading.');
  }
  const row = {
    symbol: market.symbol,
    openInterest: fixed(openInterest(market, at), market.sizeDecimals),
    time: ms(at),
  };
  const about = { dataset: 'open_interest', kind: 'current', symbol: market.symbol, time: ms(at) * 1000, row: 0 };
  return json(row, [fact(about, row, ['openInterest'])]);
}

const periods: Readonly<Record<string, number>> = {
  '5m': 5,
  '15m': 15,
  '30m': 30,
  '1h': 60,
  '2h': 120,
  '4h': 240,
  '6h': 360,
  '12h': 720,
  '1d': 1440,
};

/** How far back Binance keeps this history. */
const horizon = 30 * day;

/**
 * `GET /futures/data/openInterestHist`: ascending; of a range with more rows than the limit the LAST ones come, as with
 * the venue's other statistics. Nothing older than 30 days can be asked for.
 * @throws BadParameter
 */
export function openInterestHistory(market: Market, request: VenueRequest, at: number): Reply {
  const step = (periods[required(request, 'period')] ?? 0) * minute;
  if (step === 0) throw new BadParameter('period', 'malformed');
  const limit = limitUpTo(request, 500, 30);
  const from = millisecondsAt(request, 'startTime', at - horizon);
  const to = millisecondsAt(request, 'endTime', at);
  if (from < at - horizon) return refuse(-1130, "parameter 'startTime' is invalid.");
  if (to < at - horizon) return refuse(-1130, "parameter 'endTime' is invalid.");
  if (from > to) return refuse(-1023, 'Start time is greater than end time.');
  const times = multiples(step, Math.max(from, market.listed), Math.min(to, at), limit, 'last');
  const rows = times.map((time) => bucket(market, time));
  const facts = rows.map((row, index) =>
    fact(
      { dataset: 'open_interest', kind: 'history', symbol: row.symbol, time: row.timestamp * 1000, row: index },
      row,
      ['sumOpenInterest', 'sumOpenInterestValue'],
    ),
  );
  return json(rows, facts);
}

function bucket(market: Market, time: number) {
  const amount = fixed(openInterest(market, time), market.sizeDecimals);
  return {
    symbol: market.symbol,
    sumOpenInterest: cut(amount, 8),
    sumOpenInterestValue: cut(multiply(amount, fixed(markPrice(market, time), 8)), 8),
    CMCCirculatingSupply: fixed(market.size * 50, 8),
    timestamp: ms(time),
  };
}
