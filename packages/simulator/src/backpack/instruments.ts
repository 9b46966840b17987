import { decimalOfDouble } from '@feedlake/schema';
import { fact, json } from '../http/reply.ts';
import type { Market } from '../model/market.ts';
import type { Reply } from '../venue.ts';
import { naive } from './time-text.ts';

const types = { perpetual: 'PERP', future: 'DATED', spot: 'SPOT', prediction: 'PREDICTION' } as const;

/** What Backpack calls the type of a market. */
export function marketType(market: Market): string {
  return types[market.type];
}

/** `GET /api/v1/markets`. */
export function marketsReply(markets: readonly Market[]): Reply {
  const rows = markets.map(instrument);
  return json(rows, facts(rows));
}

/** `GET /api/v1/market`. */
export function marketReply(market: Market): Reply {
  const row = instrument(market);
  return json(row, facts([row]));
}

function facts(rows: readonly ReturnType<typeof instrument>[]) {
  return rows.map((row, index) =>
    fact({ dataset: 'instruments', kind: 'current', symbol: row.symbol, time: null, row: index }, row, [
      'marketType',
      'baseSymbol',
      'quoteSymbol',
      'fundingInterval',
      'orderBookState',
      'createdAt',
    ]),
  );
}

function instrument(market: Market) {
  const tick = decimalOfDouble(Number(`1e-${market.priceDecimals}`));
  const step = decimalOfDouble(Number(`1e-${market.sizeDecimals}`));
  const perpetual = market.type === 'perpetual';
  return {
    symbol: market.symbol,
    baseSymbol: market.base,
    quoteSymbol: market.quote,
    marketType: marketType(market),
    filters: {
      price: { tickSize: tick, minPrice: tick, maxPrice: perpetual ? '1000000' : null },
      quantity: { stepSize: step, minQuantity: step, maxQuantity: null },
    },
    imfFunction: perpetual ? { type: 'sqrt', base: '0.02', factor: '0.0001275' } : null,
    mmfFunction: perpetual ? { type: 'sqrt', base: '0.0125', factor: '0.0000765' } : null,
    fundingInterval: perpetual ? (market.fundingSeconds ?? 0) * 1000 : null,
    fundingRateUpperBound: perpetual ? '100' : null,
    fundingRateLowerBound: perpetual ? '-100' : null,
    openInterestLimit: perpetual ? '4000000' : '0',
    orderBookState: market.active ? 'Open' : 'Closed',
    createdAt: `${naive(market.listed)}.691858`,
    visible: market.active,
  };
}
