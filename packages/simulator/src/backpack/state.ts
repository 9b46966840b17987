import { fact, json } from '../http/reply.ts';
import { nextFunding, runningRate, settledRate } from '../model/funding.ts';
import { indexPrice, type Market, markPrice, openInterest } from '../model/market.ts';
import { digits } from '../model/noise.ts';
import { ms, trimmed } from '../model/text.ts';
import { BadParameter, whole } from '../parameters.ts';
import type { Fact, Reply, VenueRequest } from '../venue.ts';
import { naive } from './time-text.ts';

const hourly = 3_600_000_000;

/** `GET /api/v1/openInterest`: always an array; base units, one side. */
export function openInterestReply(markets: readonly Market[], at: number): Reply {
  const rows = markets.map((market) => ({
    openInterest: trimmed(openInterest(market, at), market.sizeDecimals + 2),
    symbol: market.symbol,
    timestamp: ms(at),
  }));
  const facts = rows.map((row, index) =>
    fact(
      { dataset: 'open_interest', kind: 'current', symbol: row.symbol, time: row.timestamp * 1000, row: index },
      row,
      ['openInterest'],
    ),
  );
  return json(rows, facts);
}

/** `GET /api/v1/markPrices`: always an array; mark, index and the running rate, with up to 28 significant digits. */
export function markPrices(markets: readonly Market[], at: number): Reply {
  const rows = markets.map((market) => ({
    fundingRate: longRate(market, at),
    indexPrice: trimmed(indexPrice(market, at), 8),
    markPrice: trimmed(markPrice(market, at), 8),
    nextFundingTimestamp: ms(nextFunding(market, at)),
    symbol: market.symbol,
  }));
  const facts = rows.flatMap((row, index): Fact[] => {
    const about = { symbol: row.symbol, time: null, row: index };
    const fields = ['fundingRate', 'nextFundingTimestamp', 'markPrice', 'indexPrice'];
    return [
      fact({ ...about, dataset: 'funding_rates', kind: 'running' }, row, fields),
      fact({ ...about, dataset: 'tickers', kind: 'current' }, row, ['markPrice', 'indexPrice']),
    ];
  });
  return { ...json(rows, facts), headers: { 'cache-control': 'public, s-maxage=1, stale-if-error=3600', age: '0' } };
}

/** A running rate with all the digits of the venue's arithmetic; some rates are short anyway. */
export function longRate(market: Market, at: number): string {
  const short = trimmed(runningRate(market, at), 12);
  if (market.key % 5 === 0 || !short.includes('.')) return short;
  const significant = short.replace(/^-?0\.0*/, '').length;
  return `${short}${digits(market.key + 95, Math.floor(at / 1_000_000), 28 - significant)}`;
}

/**
 * `GET /api/v1/fundingRates`: newest first; the first row is the interval that is still open, with its running rate.
 * Rates are rounded to 9 decimals. The offset counts from the newest, so pages shift whenever an hour is settled.
 * @throws BadParameter
 */
export function fundingHistory(market: Market, request: VenueRequest, at: number): Reply {
  const limit = whole(request, 'limit', 100);
  if (limit > 10_000) throw new BadParameter('limit', 'range');
  const offset = whole(request, 'offset', 0);
  const open = nextFunding(market, at);
  const rows = Array.from({ length: limit }, (_, index) => open - (offset + index) * hourly)
    .filter((end) => end > market.listed)
    .map((end) => ({
      fundingRate: trimmed(end === open ? runningRate(market, at) : settledRate(market, end), 9),
      intervalEndTimestamp: naive(end),
      symbol: market.symbol,
    }));
  const facts = rows.map((row, index) =>
    fact(
      {
        dataset: 'funding_rates',
        kind: offset + index === 0 ? 'running' : 'settled',
        symbol: row.symbol,
        time: open - (offset + index) * hourly,
        row: index,
      },
      row,
      ['fundingRate'],
    ),
  );
  return json(rows, facts);
}
