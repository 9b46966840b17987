import { day, floorTo, minute, second } from '@feedlake/schema';
import { multiples } from './funding.ts';
import { lastPrice, type Market } from './market.ts';
import { uniform } from './noise.ts';
import { tradeIdFrom } from './tape.ts';
import { fixed } from './text.ts';

/** A candle; times in microseconds, the rest as text. */
export interface Candle {
  readonly open: number;
  /** Exclusive end. */
  readonly end: number;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly volume: string;
  readonly quoteVolume: string;
  readonly trades: number;
}

const samples = 12;

/** The candle that opens at `open`, as it stands at `now`: one that is still open changes with time. */
export function candle(market: Market, open: number, seconds: number, now: number): Candle {
  const length = seconds * second;
  const last = Math.min(open + length, now);
  const prices = Array.from({ length: samples + 1 }, (_, index) =>
    lastPrice(market, open + Math.floor(((last - open) * index) / samples)),
  );
  const done = (last - open) / length;
  const volume = market.size * 0.00002 * seconds * done * (0.4 + uniform(market.key + 60, open / second));
  const text = (value: number) => fixed(value, market.priceDecimals);
  const first = prices[0] ?? 0;
  return {
    open,
    end: open + length,
    o: text(first),
    h: text(Math.max(...prices)),
    l: text(Math.min(...prices)),
    c: text(prices.at(-1) ?? first),
    volume: fixed(volume, market.sizeDecimals),
    quoteVolume: fixed(volume * first, 5),
    trades: tradeIdFrom(market, last) - tradeIdFrom(market, open),
  };
}

/** Candles that open in [from, to], ascending, at most `limit` from the named end; none before the listing. */
export function candles(
  market: Market,
  seconds: number,
  range: { readonly from: number; readonly to: number; readonly limit: number; readonly end: 'first' | 'last' },
  now: number,
): Candle[] {
  const from = Math.max(range.from, market.listed);
  return multiples(seconds * second, from, Math.min(range.to, now), range.limit, range.end).map((open) =>
    candle(market, open, seconds, now),
  );
}

/** The last 24 hours up to a time. The figures move once a minute, the last price always. */
export function dayStatistics(market: Market, at: number): Candle {
  const end = floorTo(at, minute);
  const stats = candle(market, end - day, day / second, end);
  const last = lastPrice(market, at);
  const text = (value: number) => fixed(value, market.priceDecimals);
  return {
    ...stats,
    h: text(Math.max(Number(stats.h), last)),
    l: text(Math.min(Number(stats.l), last)),
    c: text(last),
  };
}
