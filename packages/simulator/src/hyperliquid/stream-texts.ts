import type { Sides } from '../model/book.ts';
import type { Candle } from '../model/candle.ts';
import type { Market } from '../model/market.ts';
import type { Quotes } from '../model/quotes.ts';
import type { Trade } from '../model/tape.ts';
import { ms } from '../model/text.ts';
import { context } from './contexts.ts';
import type { Fill } from './fills.ts';
import { candleRow, tradeRow } from './rows.ts';

/** The messages of Hyperliquid's streams as they go over the wire. Times in µs. */

/** Whole books, never changes; no sequence number. */
export function l2Book(market: Market, quotes: Quotes, { bids, asks }: Sides, time: number): string {
  return `{"channel":"l2Book","data":{"coin":"${market.symbol}","time":${ms(time)},"levels":[[${levels(quotes, bids)}],[${levels(quotes, asks)}]]}}`;
}

/** The best level of both sides; null for a side where nobody is. */
export function bbo(market: Market, quotes: Quotes, { bids, asks }: Sides, time: number): string {
  const best = [bids, asks].map((side) => levels(quotes, side.slice(0, 2)) || 'null');
  return `{"channel":"bbo","data":{"coin":"${market.symbol}","time":${ms(time)},"bbo":[${best.join(',')}]}}`;
}

function levels(quotes: Quotes, side: readonly number[]): string {
  let text = '';
  for (let index = 0; index < side.length; index += 2) {
    const px = quotes.price(side[index] ?? 0);
    const sz = quotes.size(side[index + 1] ?? 0);
    if (index > 0) text += ',';
    text += `{"px":"${px}","sz":"${sz}","n":${1 + ((px.length + sz.length) % 4)}}`;
  }
  return text;
}

/** `side` is the aggressor: B bought, A sold. */
export function trades(market: Market, found: readonly Trade[]): string {
  const rows = found.map((trade) => {
    const { coin, side, px, sz, time, hash, tid, users } = tradeRow(market, trade);
    return `{"coin":"${coin}","side":"${side}","px":"${px}","sz":"${sz}","time":${time},"hash":"${hash}","tid":${tid},"users":["${users.join('","')}"]}`;
  });
  return `{"channel":"trades","data":[${rows.join(',')}]}`;
}

export function activeAssetCtx(market: Market, time: number): string {
  return JSON.stringify({ channel: 'activeAssetCtx', data: { coin: market.symbol, ctx: context(market, time) } });
}

export function candleMessage(market: Market, interval: string, candle: Candle): string {
  return JSON.stringify({ channel: 'candle', data: candleRow(market, interval, candle) });
}

/** @param isSnapshot whether these are the fills of the past that a subscriber is told first. */
export function userFills(user: string, fills: readonly Fill[], isSnapshot: boolean): string {
  const data = { ...(isSnapshot && { isSnapshot }), user, fills };
  return JSON.stringify({ channel: 'userFills', data });
}
