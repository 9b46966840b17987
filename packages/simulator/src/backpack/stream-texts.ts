import type { Sides } from '../model/book.ts';
import type { Candle } from '../model/candle.ts';
import { dayStatistics } from '../model/candle.ts';
import { nextFunding } from '../model/funding.ts';
import type { Liquidation } from '../model/liquidation.ts';
import { indexPrice, type Market, markPrice, openInterest } from '../model/market.ts';
import type { Quotes } from '../model/quotes.ts';
import type { Trade } from '../model/tape.ts';
import { ms, trimmed } from '../model/text.ts';
import { longRate } from './state.ts';
import { naive } from './time-text.ts';

/**
 * The events of Backpack's streams as they go over the wire, without the envelope: keys in the order of ASCII, times in
 * microseconds but for those that are said to be otherwise. `at` is when they are sent.
 */

/** `numbers`: the first and last state that it covers, with none left out between messages. */
export function depth(
  market: Market,
  quotes: Quotes,
  { bids, asks }: Sides,
  numbers: { readonly first: number; readonly last: number },
  time: number,
  at: number,
): string {
  return `{"E":${at},"T":${time},"U":${numbers.first},"a":${quotes.json(asks)},"b":${quotes.json(bids)},"e":"depth","s":"${market.symbol}","u":${numbers.last}}`;
}

/** Null for a side where nobody is. */
export function bookTicker(
  market: Market,
  quotes: Quotes,
  { bids, asks }: Sides,
  number: number,
  time: number,
  at: number,
): string {
  const text = (value: number | undefined, of: (value: number) => string) =>
    value === undefined ? 'null' : `"${of(value)}"`;
  const price = (tick: number) => quotes.price(tick);
  const size = (units: number) => quotes.size(units);
  return `{"A":${text(asks[1], size)},"B":${text(bids[1], size)},"E":${at},"T":${time},"a":${text(asks[0], price)},"b":${text(bids[0], price)},"e":"bookTicker","s":"${market.symbol}","u":${number}}`;
}

export function trade(market: Market, { id, time, price, size, buyerIsMaker }: Trade, at: number): string {
  return `{"E":${at},"T":${time},"a":"${5e9 + 2 * id}","b":"${5e9 + 2 * id + 1}","e":"trade","m":${buyerIsMaker},"p":"${price}","q":"${size}","s":"${market.symbol}","t":${id}}`;
}

/** `n`, the next funding, is in milliseconds. */
export function markPriceMessage(market: Market, time: number, at: number): string {
  const index = trimmed(indexPrice(market, time), 8);
  const mark = trimmed(markPrice(market, time), 8);
  return `{"E":${at},"T":${time},"e":"markPrice","f":"${longRate(market, time)}","i":"${index}","n":${ms(nextFunding(market, time))},"p":"${mark}","s":"${market.symbol}"}`;
}

export function openInterestMessage(market: Market, time: number, at: number): string {
  const amount = trimmed(openInterest(market, time), market.sizeDecimals + 2);
  return `{"E":${at},"e":"openInterest","o":"${amount}","s":"${market.symbol}"}`;
}

export function tickerMessage(market: Market, time: number, at: number): string {
  const { o, h, l, c, volume, quoteVolume, trades } = dayStatistics(market, time);
  return `{"E":${at},"V":"${quoteVolume}","c":"${c}","e":"ticker","h":"${h}","l":"${l}","n":${trades},"o":"${o}","s":"${market.symbol}","v":"${volume}"}`;
}

/** Its times are texts, in UTC without saying so. */
export function kline(market: Market, candle: Candle, time: number, at: number): string {
  const { open, end, o, h, l, c, volume, trades } = candle;
  return `{"E":${at},"T":"${naive(end)}","X":${time >= end},"c":"${c}","e":"kline","h":"${h}","l":"${l}","n":${trades},"o":"${o}","s":"${market.symbol}","t":"${naive(open)}","v":"${volume}"}`;
}

/** What `S` stands for is not known of the real venue; here it is the side of the order that closes the position. */
export function liquidationMessage({ market, time, position, price, size }: Liquidation, at: number): string {
  const side = position === 'long' ? 'Ask' : 'Bid';
  return `{"E":${at},"S":"${side}","T":${time},"e":"liquidation","p":"${price}","q":"${size}","s":"${market.symbol}"}`;
}
