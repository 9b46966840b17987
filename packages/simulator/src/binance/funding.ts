import { fact, json } from '../http/reply.ts';
import { fundingTimes, nextFunding, runningRate, settledRate } from '../model/funding.ts';
import { indexPrice, type Market, markPrice } from '../model/market.ts';
import { uniform } from '../model/noise.ts';
import { fixed, ms } from '../model/text.ts';
import { limitUpTo, millisecondsAt } from '../parameters.ts';
import type { Fact, Reply, VenueRequest } from '../venue.ts';
import { refuse } from './refusals.ts';

/** `GET /fapi/v1/premiumIndex`, of one symbol (an object) or of all (an array). Dated futures have no rate: "" and 0. */
export function premiumIndex(markets: readonly Market[], at: number, single: boolean): Reply {
  const rows = markets.map((market) => {
    const perpetual = market.fundingSeconds !== null;
    return {
      symbol: market.symbol,
      markPrice: fixed(markPrice(market, at), 8),
      indexPrice: fixed(indexPrice(market, at), 8),
      estimatedSettlePrice: fixed(indexPrice(market, at - 60_000_000), 8),
      lastFundingRate: perpetual ? fixed(runningRate(market, at), 8) : '',
      interestRate: perpetual ? '0.00010000' : '',
      nextFundingTime: perpetual ? ms(nextFunding(market, at)) : 0,
      time: ms(at),
    };
  });
  const facts = rows.flatMap((row, index): Fact[] => {
    const about = { symbol: row.symbol, time: row.time * 1000, row: index };
    const prices = ['markPrice', 'indexPrice'];
    const price = fact({ ...about, dataset: 'tickers', kind: 'current' }, row, prices);
    if (row.lastFundingRate === '') return [price];
    const fields = ['lastFundingRate', 'nextFundingTime', ...prices];
    return [price, fact({ ...about, dataset: 'funding_rates', kind: 'running' }, row, fields)];
  });
  return json(single ? rows[0] : rows, facts);
}

/** Binance's mark prices of fundings begin here; older rows have "". */
const firstMarkPrice = 1_698_768_000_000_000;

/**
 * `GET /fapi/v1/fundingRate`: ascending, from the start time forward; without any time the last ones. Without a symbol
 * the rows of all symbols are interleaved.
 * @throws BadParameter
 */
export function fundingHistory(markets: readonly Market[], request: VenueRequest, at: number): Reply {
  const anytime = !request.query.has('startTime') && !request.query.has('endTime');
  const limit = limitUpTo(request, 1000, anytime ? 200 : 100);
  const from = millisecondsAt(request, 'startTime', 0);
  const to = Math.min(millisecondsAt(request, 'endTime', at), at);
  if (request.query.has('endTime') && from > millisecondsAt(request, 'endTime', at)) {
    return refuse(-1023, 'Start time is greater than end time.');
  }
  const end = request.query.has('startTime') ? 'first' : 'last';
  const charged = markets
    .flatMap((market) => fundingTimes(market, from - 1_000_000, to, limit + 1, end).map((time) => ({ market, time })))
    .map(({ market, time }) => ({ market, time, stamp: time + lateness(market, time) }))
    .filter(({ stamp }) => stamp >= from && stamp <= to)
    .sort((a, b) => a.stamp - b.stamp);
  const rows = (end === 'first' ? charged.slice(0, limit) : charged.slice(-limit)).map(({ market, time, stamp }) => ({
    symbol: market.symbol,
    fundingTime: ms(stamp),
    fundingRate: fixed(settledRate(market, time), 8),
    markPrice: time < firstMarkPrice ? '' : fixed(markPrice(market, time), 8),
  }));
  const facts = rows.map((row, index) =>
    fact(
      { dataset: 'funding_rates', kind: 'settled', symbol: row.symbol, time: row.fundingTime * 1000, row: index },
      row,
      ['fundingRate', 'markPrice'],
    ),
  );
  return json(rows, facts);
}

/** Fundings are stamped a few milliseconds late, more often than not. Microseconds. */
function lateness(market: Market, time: number): number {
  return Math.floor(Math.max(0, uniform(market.key + 70, time / 1e6) * 25 - 10)) * 1000;
}

/** `GET /fapi/v1/fundingInfo`: only the symbols whose interval or bounds are not the usual ones. */
export function fundingInfo(markets: readonly Market[]): Reply {
  const rows = markets
    .filter((market) => market.fundingSeconds !== null && adjusted(market))
    .map((market) => ({
      symbol: market.symbol,
      adjustedFundingRateCap: '0.02000000',
      adjustedFundingRateFloor: '-0.02000000',
      fundingIntervalHours: (market.fundingSeconds ?? 0) / 3600,
      disclaimer: false,
      updateTime: ms(market.listed),
    }));
  const facts = rows.map((row, index) =>
    fact({ dataset: 'instruments', kind: 'current', symbol: row.symbol, time: null, row: index }, row, [
      'fundingIntervalHours',
    ]),
  );
  return json(rows, facts);
}

function adjusted(market: Market): boolean {
  return market.fundingSeconds !== 28_800 || uniform(market.key, 71) < 0.1;
}
