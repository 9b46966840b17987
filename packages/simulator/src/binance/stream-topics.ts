import { floorTo, second } from '@feedlake/schema';
import { sharedNumber } from '../model/book-number.ts';
import type { Market } from '../model/market.ts';
import { Quotes } from '../model/quotes.ts';
import { OrderCursor, tradesOfOrder } from '../model/tape.ts';
import { unitsText } from '../model/text.ts';
import { bookFeed, isNews } from '../stream/book-feed.ts';
import { EventFeed, type Feed, PeriodicFeed, transit } from '../stream/feed.ts';
import { intervals } from './market-data.ts';
import { SampledLiquidations } from './sampled-liquidations.ts';
import { binanceFacts } from './stream-facts.ts';
import {
  aggregateTrade,
  bookTicker,
  dayTicker,
  depthUpdate,
  kline,
  markPriceUpdate,
  miniTicker,
  trade,
} from './stream-texts.ts';

/** The address that a channel is served under: `public` (books, best prices, single trades) or `market` (the rest). */
export type Route = 'public' | 'market';

const publicChannel = /^(depth(5|10|20)?(@(100|250|500)ms)?|bookTicker|trade)$/;
const marketChannel = /^(aggTrade|markPrice(@1s)?|kline_\w+|miniTicker|ticker|forceOrder)$/;
const marketWide = /^!(forceOrder@arr|markPrice@arr(@1s)?|miniTicker@arr|ticker@arr)$/;

/** Where a stream is served; null = nowhere, which the venue does not say. */
export function routeOf(topic: string): Route | null {
  if (marketWide.test(topic)) return 'market';
  const [, channel = ''] = /^[a-z0-9_]+@(.+)$/.exec(topic) ?? [];
  if (publicChannel.test(channel)) return 'public';
  return marketChannel.test(channel) ? 'market' : null;
}

/** Prices and sizes with all decimals of the instrument, also where a level is gone: "0.000". */
export function quotesOf(market: Market): Quotes {
  return new Quotes(
    (tick) => unitsText(tick, market.priceDecimals),
    (size) => unitsText(size, market.sizeDecimals),
  );
}

/** Steps of a book that a diff stream covers with one message, by its speed. */
const depthSteps: Readonly<Record<string, number>> = { '@100ms': 2, '@250ms': 5, '@500ms': 10 };
const usualDepthSteps = 5;

/** The feed of one instrument's channel; null where there is no such channel. */
export function channelFeed(market: Market, channel: string, after: number): Feed | null {
  const [, levels, speed = ''] = /^depth(5|10|20)?(@\d+ms)?$/.exec(channel) ?? [];
  if (channel.startsWith('depth')) {
    return depthFeed(market, depthSteps[speed] ?? usualDepthSteps, levels === undefined ? null : Number(levels), after);
  }
  const [, interval] = /^kline_(\w+)$/.exec(channel) ?? [];
  if (interval !== undefined) return candleFeed(market, interval, after);
  const every = (seconds: number, say: (time: number, at: number) => string) =>
    new PeriodicFeed({ period: seconds * second, after, say, facts: binanceFacts });
  switch (channel) {
    case 'aggTrade':
      return new EventFeed({
        cursor: new OrderCursor(market, after - transit),
        say: (order, at) => [aggregateTrade(market, order, at)],
        facts: binanceFacts,
      });
    case 'trade':
      return new EventFeed({
        cursor: new OrderCursor(market, after - transit),
        say: (order, at) => tradesOfOrder(market, order).map((each) => trade(market, each, at)),
        facts: binanceFacts,
      });
    case 'bookTicker':
      return bestPrices(market, after);
    case 'markPrice':
      return every(3, (time) => markPriceUpdate(market, time));
    case 'markPrice@1s':
      return every(1, (time) => markPriceUpdate(market, time));
    case 'ticker':
      return every(2, (time, at) => dayTicker(market, time, at));
    case 'miniTicker':
      return every(2, (time, at) => miniTicker(market, time, at));
    case 'forceOrder':
      return new SampledLiquidations([market], after);
    default:
      return null;
  }
}

/** Changes of a book, or the best levels of it whole. Numbers leave others out, as all books share one counter. */
function depthFeed(market: Market, steps: number, levels: number | null, after: number): Feed {
  const quotes = quotesOf(market);
  return bookFeed(market, {
    steps,
    after,
    ...(levels !== null && { levels }),
    facts: binanceFacts,
    say(change) {
      const numbers = {
        first: sharedNumber(market, change.previous + 1),
        last: sharedNumber(market, change.step),
        previous: sharedNumber(market, change.previous),
      };
      const sides = levels === null ? change.changes : change.levels;
      return depthUpdate(market, quotes, sides, numbers, change.time, change.at);
    },
  });
}

function bestPrices(market: Market, after: number): Feed {
  const quotes = quotesOf(market);
  return bookFeed(market, {
    steps: 1,
    levels: 1,
    after,
    facts: binanceFacts,
    say: (change) =>
      isNews(change)
        ? bookTicker(market, quotes, change.levels, sharedNumber(market, change.step), change.time, change.at)
        : null,
  });
}

function candleFeed(market: Market, interval: string, after: number): Feed | null {
  const seconds = intervals[interval];
  if (seconds === undefined) return null;
  return new PeriodicFeed({
    period: second,
    after,
    say: (time, at) => kline(market, interval, seconds, floorTo(time - 1, seconds * second), time, at),
    facts: binanceFacts,
  });
}

/** The feed of a stream of all markets, those margined in coin included. */
export function marketWideFeed(topic: string, markets: readonly Market[], after: number): Feed | null {
  if (topic === '!forceOrder@arr') return new SampledLiquidations(markets, after);
  const list = (seconds: number, say: (market: Market, time: number, at: number) => string) =>
    new PeriodicFeed({
      period: seconds * second,
      after,
      say: (time, at) => `[${markets.map((market) => say(market, time, at)).join(',')}]`,
      facts: binanceFacts,
    });
  switch (topic) {
    case '!markPrice@arr':
      return list(3, markPriceUpdate);
    case '!markPrice@arr@1s':
      return list(1, markPriceUpdate);
    case '!ticker@arr':
      return list(1, dayTicker);
    case '!miniTicker@arr':
      return list(1, miniTicker);
    default:
      return null;
  }
}
