import { floorTo, second } from '@feedlake/schema';
import { fact, json } from '../http/reply.ts';
import { dayStatistics } from '../model/candle.ts';
import { runningRate } from '../model/funding.ts';
import { indexPrice, lastPrice, type Market, markPrice, openInterest } from '../model/market.ts';
import { digits, uniform } from '../model/noise.ts';
import { fixed, significant, trimmed, withDecimal } from '../model/text.ts';
import type { Fact, Reply } from '../venue.ts';
import type { Dex } from './markets.ts';

/** The universe of a dex. */
export function meta(dex: Dex) {
  return {
    universe: dex.markets.map((market) => ({
      szDecimals: market.sizeDecimals,
      name: market.symbol,
      maxLeverage: 10,
      marginTableId: 52,
      ...(dex.name === '' ? {} : { onlyIsolated: true, marginMode: 'strictIsolated' }),
      ...(market.active ? {} : { isDelisted: true }),
    })),
    marginTables: [[52, { description: 'tiered 10x', marginTiers: [{ lowerBound: '0.0', maxLeverage: 10 }] }]],
    collateralToken: 0,
  };
}

/** `meta`: the universe alone. */
export function metaReply(dex: Dex): Reply {
  return json(meta(dex), instrumentFacts(dex));
}

/** `metaAndAssetCtxs`: the universe and, by the same index, the state of each coin. It tells no time. */
export function metaAndContexts(dex: Dex, at: number): Reply {
  const contexts = dex.markets.map((market) => context(market, at));
  const facts = dex.markets.flatMap((market, row): Fact[] => {
    const about = { symbol: market.symbol, time: null, row, kind: market.active ? 'current' : 'delisted' };
    const source = contexts[row] ?? {};
    return [
      fact({ ...about, dataset: 'open_interest' }, source, ['openInterest', 'markPx']),
      fact({ ...about, dataset: 'funding_rates', kind: market.active ? 'running' : 'delisted' }, source, [
        'funding',
        'markPx',
        'oraclePx',
      ]),
    ];
  });
  return json([meta(dex), contexts], [...facts, ...instrumentFacts(dex)]);
}

function instrumentFacts(dex: Dex): Fact[] {
  return meta(dex).universe.map((row, index) =>
    fact({ dataset: 'instruments', kind: 'current', symbol: row.name, time: null, row: index }, row, [
      'szDecimals',
      'isDelisted',
    ]),
  );
}

/** The state of a coin. */
export function context(market: Market, at: number) {
  const mark = significant(markPrice(market, at), 5);
  if (!market.active) {
    return {
      funding: '0.0',
      openInterest: '0.0',
      prevDayPx: mark,
      dayNtlVlm: '0.0',
      premium: null,
      oraclePx: significant(indexPrice(market, at), 5),
      markPx: mark,
      midPx: null,
      impactPxs: null,
      dayBaseVlm: '0.0',
    };
  }
  const stats = dayStatistics(market, at);
  const last = lastPrice(market, at);
  return {
    funding: withDecimal(trimmed(runningRate(market, at), 10)),
    openInterest: openInterestText(market, at),
    prevDayPx: significant(Number(stats.o), 5),
    dayNtlVlm: `${stats.quoteVolume}${digits(market.key, Math.floor(at / second), 5)}`,
    premium: withDecimal(trimmed(markPrice(market, at) / indexPrice(market, at) - 1, 10)),
    oraclePx: significant(indexPrice(market, at), 5),
    markPx: mark,
    midPx: significant(last, 6),
    impactPxs: [significant(last * 0.9999, 6), significant(last * 1.0001, 6)],
    dayBaseVlm: withDecimal(trimmed(Number(stats.volume), 3)),
  };
}

/** Some sums of sizes come with the dust of binary arithmetic, `21028897.6000000015`: more digits than a double holds. */
export function openInterestText(market: Market, at: number): string {
  const exact = fixed(openInterest(market, at), market.sizeDecimals);
  if (uniform(market.key + 80, floorTo(at, second)) >= 0.4) return withDecimal(exact);
  return `${withDecimal(exact)}${'0'.repeat(8 - market.sizeDecimals)}${digits(market.key + 81, floorTo(at, second), 2)}`;
}
