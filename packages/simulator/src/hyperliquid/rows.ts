import { plainDecimal } from '@feedlake/schema';
import type { Level, Sides } from '../model/book.ts';
import type { Candle } from '../model/candle.ts';
import type { Market } from '../model/market.ts';
import { scramble } from '../model/noise.ts';
import { Quotes } from '../model/quotes.ts';
import type { Trade } from '../model/tape.ts';
import { ms, unitsText, withDecimal } from '../model/text.ts';

/** Prices and sizes as Hyperliquid writes them: no needless zeros, but at least one decimal. */
export function quotesOf(market: Market): Quotes {
  const text = (units: number, decimals: number) => withDecimal(plainDecimal(unitsText(units, decimals)));
  return new Quotes(
    (tick) => text(tick, market.priceDecimals),
    (size) => text(size, market.sizeDecimals),
  );
}

/** A level with the number of orders on it. */
export interface BookLevel {
  readonly px: string;
  readonly sz: string;
  readonly n: number;
}

/** Both sides, bids first. */
export function bookLevels(quotes: Quotes, { bids, asks }: Sides): [BookLevel[], BookLevel[]] {
  return [quotes.levels(bids).map(bookLevel), quotes.levels(asks).map(bookLevel)];
}

function bookLevel([px, sz]: Level): BookLevel {
  return { px, sz, n: 1 + ((px.length + sz.length) % 4) };
}

/** A candle as `candleSnapshot` and the stream `candle` tell it. */
export function candleRow(market: Market, interval: string, candle: Candle) {
  const { open, end, o, h, l, c, volume, trades } = candle;
  const text = (decimal: string) => withDecimal(plainDecimal(decimal));
  return {
    t: ms(open),
    T: ms(end) - 1,
    s: market.symbol,
    i: interval,
    o: text(o),
    c: text(c),
    h: text(h),
    l: text(l),
    v: text(volume),
    n: trades,
  };
}

/** A trade's id: unlike its number it says nothing about the order of trades. */
export function tradeId(market: Market, id: number): number {
  const range = 2 ** 33;
  const low = id % range;
  const high = scramble(market.key ^ scramble(low | 0)) % 2 ** 17;
  return high * range + (range - 1 - low);
}

/** A trade as `recentTrades` and the stream `trades` tell it. */
export function tradeRow(market: Market, trade: Trade) {
  return {
    coin: market.symbol,
    side: trade.buyerIsMaker ? 'A' : 'B',
    px: withDecimal(plainDecimal(trade.price)),
    sz: withDecimal(plainDecimal(trade.size)),
    time: ms(trade.time),
    hash: `0x${hex(trade.id, 16)}${hex(market.key, 48)}`,
    tid: tradeId(market, trade.id),
    users: [address(market.key, trade.id), address(market.key + 1, trade.id)],
  };
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0').slice(-length);
}

/** An address of somebody, not always the same. */
export function address(key: number, place: number): string {
  return `0x${hex(scramble(key ^ (place % 97)), 8).repeat(5)}`;
}
