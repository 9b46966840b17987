import { floorTo, hour } from '@feedlake/schema';
import { fact, json } from '../http/reply.ts';
import { fundingTimes, nextFunding, runningRate, settledRate } from '../model/funding.ts';
import { type Market, markPrice } from '../model/market.ts';
import { uniform } from '../model/noise.ts';
import { fixed, ms, trimmed, withDecimal } from '../model/text.ts';
import type { Fact, Reply } from '../venue.ts';
import type { Dex } from './markets.ts';

/** When a funding is stamped: 1 to 118 ms after the hour. Microseconds. */
function stamp(market: Market, time: number): number {
  return time + (1 + Math.floor(uniform(market.key + 90, time / 1e6) * 118)) * 1000;
}

/** `fundingHistory`: ascending from the start time, both ends inclusive, at most `cap` rows. Times in microseconds. */
export function fundingHistory(market: Market, from: number, to: number, cap: number): Reply {
  const rows = fundingTimes(market, from - 1_000_000, to, cap + 1, 'first')
    .map((time) => ({ time, stamped: stamp(market, time) }))
    .filter(({ stamped }) => stamped >= from && stamped <= to)
    .slice(0, cap)
    .map(({ time, stamped }) => ({
      coin: market.symbol,
      fundingRate: withDecimal(trimmed(settledRate(market, time), 10)),
      premium: withDecimal(trimmed(settledRate(market, time) * 4 - 0.0001, 10)),
      time: ms(stamped),
    }));
  const facts = rows.map((row, index) =>
    fact({ dataset: 'funding_rates', kind: 'settled', symbol: row.coin, time: row.time * 1000, row: index }, row, [
      'fundingRate',
      'premium',
    ]),
  );
  return { ...json(rows, facts), extraCost: Math.floor(rows.length / 20) };
}

/**
 * `predictedFundings`: the first dex only, beside what other venues are thought to charge. The time that it names for
 * this venue is the hour that was JUST settled, not the next.
 */
export function predictedFundings(dex: Dex, at: number): Reply {
  const active = dex.markets.filter((market) => market.active);
  const rows = active.map((market) => [
    market.symbol,
    [
      ['BinPerp', other(market, at, 8)],
      [
        'HlPerp',
        {
          fundingRate: withDecimal(trimmed(runningRate(market, at), 10)),
          nextFundingTime: ms(floorTo(at, hour)),
          fundingIntervalHours: 1,
        },
      ],
      ['BybitPerp', market.key % 7 === 0 ? null : other(market, at, 4)],
    ],
  ]);
  const facts = active.map(
    (market, row): Fact => ({
      dataset: 'funding_rates',
      kind: 'predicted',
      symbol: market.symbol,
      time: null,
      fields: { fundingRate: withDecimal(trimmed(runningRate(market, at), 10)) },
      row,
    }),
  );
  return json(rows, facts);
}

function other(market: Market, at: number, hours: number) {
  const step = hours * hour;
  return {
    fundingRate: fixed(0.00001 * hours * (1 + markPrice(market, at) / 1e9), 8),
    nextFundingTime: ms(nextFunding({ ...market, fundingSeconds: step / 1e6 }, at)),
    fundingIntervalHours: hours,
  };
}
