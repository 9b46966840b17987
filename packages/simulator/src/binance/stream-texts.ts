import { minute } from '@feedlake/schema';
import type { Sides } from '../model/book.ts';
import { type Candle, candle, dayStatistics } from '../model/candle.ts';
import { nextFunding, runningRate } from '../model/funding.ts';
import type { Liquidation } from '../model/liquidation.ts';
import { indexPrice, type Market, markPrice } from '../model/market.ts';
import type { Quotes } from '../model/quotes.ts';
import { type TakerOrder, type Trade, tradeIdFrom } from '../model/tape.ts';
import { fixed, ms, unitsText } from '../model/text.ts';

/** The events of Binance's streams as they go over the wire, without the envelope. `at` is when they are sent, in µs. */

/** 1 = USD-M, 2 = COIN-M: since June 2026 events say it, and the pair. */
export function familyOf(market: Market): 1 | 2 {
  return market.quote === 'USD' ? 2 : 1;
}

export function pairOf(market: Market): string {
  return `${market.base}${market.quote}`;
}

function family(market: Market): string {
  return `"st":${familyOf(market)},"ps":"${pairOf(market)}"`;
}

export function aggregateTrade(market: Market, order: TakerOrder, at: number): string {
  const { id, price, size, firstTrade, trades, time, buyerIsMaker } = order;
  const last = firstTrade + trades - 1;
  return `{"e":"aggTrade","E":${ms(at)},"a":${id},"s":"${market.symbol}","p":"${price}","q":"${size}","f":${firstTrade},"l":${last},"T":${ms(time)},"m":${buyerIsMaker},${family(market)}}`;
}

export function trade(market: Market, { id, price, size, time, buyerIsMaker }: Trade, at: number): string {
  return `{"e":"trade","E":${ms(at)},"T":${ms(time)},"s":"${market.symbol}","t":${id},"p":"${price}","q":"${size}","X":"MARKET","m":${buyerIsMaker},${family(market)}}`;
}

/** `numbers`: the first and last number of what it covers, and the last of the message before. */
export function depthUpdate(
  market: Market,
  quotes: Quotes,
  sides: Sides,
  numbers: { readonly first: number; readonly last: number; readonly previous: number },
  time: number,
  at: number,
): string {
  const { first, last, previous } = numbers;
  return `{"e":"depthUpdate","E":${ms(at)},"T":${ms(time)},"s":"${market.symbol}","ps":"${pairOf(market)}","st":${familyOf(market)},"U":${first},"u":${last},"pu":${previous},"b":${quotes.json(sides.bids)},"a":${quotes.json(sides.asks)}}`;
}

export function bookTicker(
  market: Market,
  quotes: Quotes,
  { bids, asks }: Sides,
  number: number,
  time: number,
  at: number,
) {
  const [bid = 0, bidSize = 0] = bids;
  const [ask = 0, askSize = 0] = asks;
  return `{"e":"bookTicker","u":${number},"s":"${market.symbol}","b":"${quotes.price(bid)}","B":"${quotes.size(bidSize)}","a":"${quotes.price(ask)}","A":"${quotes.size(askSize)}","T":${ms(time)},"E":${ms(at)},${family(market)}}`;
}

/** Dated futures have no rate: "" and 0. */
export function markPriceUpdate(market: Market, time: number): string {
  const perpetual = market.fundingSeconds !== null;
  const mark = fixed(markPrice(market, time), 8);
  const average = fixed(markPrice(market, time - minute), 8);
  const index = fixed(indexPrice(market, time), 8);
  const settle = fixed(indexPrice(market, time - minute), 8);
  const rate = perpetual ? fixed(runningRate(market, time), 8) : '';
  const next = perpetual ? ms(nextFunding(market, time)) : 0;
  return `{"e":"markPriceUpdate","E":${ms(time)},"s":"${market.symbol}","p":"${mark}","ap":"${average}","i":"${index}","P":"${settle}","r":"${rate}","T":${next},${family(market)}}`;
}

export function dayTicker(market: Market, time: number, at: number): string {
  const stats = dayStatistics(market, time);
  const { o, h, l, c, volume, quoteVolume, open } = stats;
  const change = fixed(Number(c) - Number(o), market.priceDecimals);
  const percent = fixed((Number(c) / Number(o) - 1) * 100, 3);
  const first = tradeIdFrom(market, open);
  const last = tradeIdFrom(market, time + 1) - 1;
  return `{"e":"24hrTicker","E":${ms(at)},"s":"${market.symbol}","p":"${change}","P":"${percent}","w":"${c}","c":"${c}","Q":"${unitsText(3, market.sizeDecimals)}","o":"${o}","h":"${h}","l":"${l}","v":"${volume}","q":"${quoteVolume}","O":${ms(open)},"C":${ms(time)},"F":${first},"L":${last},"n":${last - first + 1},${family(market)}}`;
}

export function miniTicker(market: Market, time: number, at: number): string {
  const { o, h, l, c, volume, quoteVolume } = dayStatistics(market, time);
  return `{"e":"24hrMiniTicker","E":${ms(at)},"s":"${market.symbol}","c":"${c}","o":"${o}","h":"${h}","l":"${l}","v":"${volume}","q":"${quoteVolume}",${family(market)}}`;
}

/** `interval` by its name, `seconds` its width; closed when `time` is its end. */
export function kline(market: Market, interval: string, seconds: number, open: number, time: number, at: number) {
  const made: Candle = candle(market, open, seconds, time);
  const first = tradeIdFrom(market, open);
  const last = Math.max(first, tradeIdFrom(market, Math.min(time, made.end)) - 1);
  const { o, h, l, c, volume, quoteVolume, trades } = made;
  const closed = time >= made.end;
  return `{"e":"kline","E":${ms(at)},"s":"${market.symbol}","k":{"t":${ms(open)},"T":${ms(made.end) - 1},"s":"${market.symbol}","i":"${interval}","f":${first},"L":${last},"o":"${o}","c":"${c}","h":"${h}","l":"${l}","v":"${volume}","n":${trades},"x":${closed},"q":"${quoteVolume}","V":"${volume}","Q":"${quoteVolume}","B":"0"},${family(market)}}`;
}

/** `S` is the side of the order that closes the position: SELL where a long position was liquidated. */
export function forceOrder({ market, position, size, price, averagePrice, time }: Liquidation, at: number): string {
  const side = position === 'long' ? 'SELL' : 'BUY';
  return `{"e":"forceOrder","E":${ms(at)},"o":{"s":"${market.symbol}","S":"${side}","o":"LIMIT","f":"IOC","q":"${size}","p":"${price}","ap":"${averagePrice}","X":"FILLED","l":"${size}","z":"${size}","T":${ms(time)}},${family(market)}}`;
}
