import { second } from '@feedlake/schema';
import { lastPrice, type Market } from './market.ts';
import { uniform } from './noise.ts';
import { fixed, trimmed } from './text.ts';

/** A trade of a market's endless tape. */
export interface Trade {
  /** Counted one by one from the epoch. */
  readonly id: number;
  /** Microseconds, whole milliseconds. */
  readonly time: number;
  readonly price: string;
  readonly size: string;
  readonly buyerIsMaker: boolean;
}

const spacing = 2 * second;

/** The trade with this number. */
export function trade(market: Market, id: number): Trade {
  const time = id * spacing + Math.floor(uniform(market.key + 40, id) * 1900) * 1000;
  const size = (0.5 + 4 * uniform(market.key + 41, id)) * 10 ** -market.sizeDecimals * 10;
  return {
    id,
    time,
    price: fixed(lastPrice(market, time), market.priceDecimals),
    size: fixed(size, market.sizeDecimals),
    buyerIsMaker: uniform(market.key + 42, id) < 0.5,
  };
}

/** The last `count` trades up to a time, ascending; none before the listing. */
export function tradesUntil(market: Market, time: number, count: number): Trade[] {
  const last = Math.floor(time / spacing) - 1;
  const first = Math.max(last - count + 1, Math.ceil(market.listed / spacing));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => trade(market, first + index));
}

/** The number of the first trade that is not before `time`. */
export function tradeIdFrom(time: number): number {
  return Math.ceil(time / spacing);
}

/** A level of a book: price and size. */
export type Level = readonly [price: string, size: string];

/** An order book at a time, best levels first on both sides. */
export function book(market: Market, time: number, levels: number): { readonly bids: Level[]; readonly asks: Level[] } {
  const tick = 10 ** -market.priceDecimals;
  const middle = Math.round(lastPrice(market, time) / tick);
  const side = (sign: number): Level[] =>
    Array.from({ length: Math.min(levels, middle - 1) }, (_, depth) => {
      const units = middle + sign * (depth + 1);
      const size = (1 + 30 * uniform(market.key + 50 + sign, units)) * 10 ** -market.sizeDecimals * 20;
      return [fixed(units * tick, market.priceDecimals), trimmed(size, market.sizeDecimals)];
    });
  return { bids: side(-1), asks: side(1) };
}

/** A change number for a book at a time: grows by one each 100 ms. */
export function bookUpdateId(market: Market, time: number): number {
  return Math.floor(time / (second / 10)) + (market.key % 100_000);
}
