import type { Sides } from '../model/book.ts';
import type { Candle } from '../model/candle.ts';
import type { Liquidation } from '../model/liquidation.ts';
import type { Market } from '../model/market.ts';
import type { Quotes } from '../model/quotes.ts';
import type { Trade } from '../model/tape.ts';
import { cut, ms } from '../model/text.ts';
import { tradeId } from './market-data.ts';

/** The messages of Bybit's streams as they go over the wire. Times in µs; `at` is when they are sent. */

export function orderbook(
  topic: string,
  type: 'snapshot' | 'delta',
  state: {
    readonly market: Market;
    readonly quotes: Quotes;
    readonly sides: Sides;
    readonly u: number;
    readonly seq: number;
    readonly time: number;
    readonly at: number;
  },
): string {
  const { market, quotes, sides, u, seq, time, at } = state;
  return `{"topic":"${topic}","type":"${type}","ts":${ms(at)},"data":{"s":"${market.symbol}","b":${quotes.json(sides.bids)},"a":${quotes.json(sides.asks)},"u":${u},"seq":${seq}},"cts":${ms(time)}}`;
}

/** All trades of one taker order in one message. `S` is the taker's side. */
export function publicTrade(market: Market, trades: readonly Trade[], at: number): string {
  const rows = trades.map(
    ({ id, time, price, size, buyerIsMaker, order }) =>
      `{"T":${ms(time)},"s":"${market.symbol}","S":"${buyerIsMaker ? 'Sell' : 'Buy'}","v":"${size}","p":"${price}","L":"${id % 2 === 0 ? 'PlusTick' : 'ZeroMinusTick'}","i":"${tradeId(market, id)}","BT":false,"RPI":false,"seq":${order}}`,
  );
  return `{"topic":"publicTrade.${market.symbol}","type":"snapshot","ts":${ms(at)},"data":[${rows.join(',')}]}`;
}

/** `S` is the position that was liquidated, not the order: Buy where it was long. `p` is its bankruptcy price. */
export function allLiquidation(market: Market, liquidations: readonly Liquidation[], at: number): string {
  const rows = liquidations.map(
    ({ time, position, size, price }) =>
      `{"T":${ms(time)},"s":"${market.symbol}","S":"${position === 'long' ? 'Buy' : 'Sell'}","v":"${size}","p":"${price}"}`,
  );
  return `{"topic":"allLiquidation.${market.symbol}","type":"snapshot","ts":${ms(at)},"data":[${rows.join(',')}]}`;
}

export function kline(topic: string, interval: string, candle: Candle, time: number, at: number): string {
  const { open, end, o, h, l, c, volume, quoteVolume } = candle;
  return `{"topic":"${topic}","data":[{"start":${ms(open)},"end":${ms(end) - 1},"interval":"${interval}","open":"${o}","close":"${c}","high":"${h}","low":"${l}","volume":"${volume}","turnover":"${cut(quoteVolume, 4)}","confirm":${time >= end},"timestamp":${ms(time)}}],"ts":${ms(at)},"type":"snapshot"}`;
}

/** @param fields name to text; of a delta only those that changed. */
export function tickers(
  symbol: string,
  type: 'snapshot' | 'delta',
  fields: readonly (readonly [name: string, text: string])[],
  seq: number,
  at: number,
): string {
  const data = fields.map(([name, text]) => `"${name}":"${text}"`);
  return `{"topic":"tickers.${symbol}","type":"${type}","data":{${[`"symbol":"${symbol}"`, ...data].join(',')}},"cs":${seq},"ts":${ms(at)}}`;
}
