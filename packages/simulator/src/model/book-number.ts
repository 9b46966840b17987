import { bookStepAt } from './book.ts';
import type { Market } from './market.ts';
import { scramble } from './noise.ts';

/** How venues number the states of a book. All numbers only ever grow with the steps. */

const stride = 7;

function offset(market: Market): number {
  return market.key % 100_000;
}

/** A number that leaves others out, as where all books of a venue share one counter (Binance, Bybit's `seq`). */
export function sharedNumber(market: Market, step: number): number {
  return offset(market) + stride * step + (scramble(market.key ^ (step | 0)) % (stride - 1));
}

/** The step that has this shared number, or the last one before it. */
export function stepOfShared(market: Market, number: number): number {
  const step = Math.floor((number - offset(market)) / stride);
  return sharedNumber(market, step) <= number ? step : step - 1;
}

/** A number that counts the steps one by one (Backpack). */
export function ownNumber(market: Market, step: number): number {
  return offset(market) + step;
}

export function stepOfOwn(market: Market, number: number): number {
  return number - offset(market);
}

/** A number that counts messages of two steps each, one by one (Bybit's `u`); only even steps are ever told. */
export function messageNumber(market: Market, step: number): number {
  return offset(market) + Math.floor(step / 2);
}

export function stepOfMessage(market: Market, number: number): number {
  return 2 * (number - offset(market));
}

/** The last step of a message that is complete at a time, where messages cover two steps each. */
export function messageStepAt(market: Market, time: number): number {
  const step = bookStepAt(market, time);
  return step - (step % 2);
}
