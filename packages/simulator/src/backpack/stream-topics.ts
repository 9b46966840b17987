import { floorTo, second } from '@feedlake/schema';
import { ownNumber } from '../model/book-number.ts';
import { candle } from '../model/candle.ts';
import { LiquidationCursor } from '../model/liquidation.ts';
import type { Market } from '../model/market.ts';
import { Quotes } from '../model/quotes.ts';
import { OrderCursor, tradesOfOrder } from '../model/tape.ts';
import { unitsText } from '../model/text.ts';
import { bookFeed, isNews } from '../stream/book-feed.ts';
import { EventFeed, type Feed, PeriodicFeed, transit } from '../stream/feed.ts';
import { FirstOf } from '../stream/first-of.ts';
import { intervals } from './market-data.ts';
import { backpackFacts as facts } from './stream-facts.ts';
import {
  bookTicker,
  depth,
  kline,
  liquidationMessage,
  markPriceMessage,
  openInterestMessage,
  tickerMessage,
  trade,
} from './stream-texts.ts';

/** Prices with all decimals, "86700.0", where REST leaves needless zeros out; "0.00" where a level is gone. */
export function quotesOf(market: Market): Quotes {
  return new Quotes(
    (tick) => unitsText(tick, market.priceDecimals),
    (size) => (size === 0 ? '0.00' : unitsText(size, market.sizeDecimals)),
  );
}

/** Steps of a book that a message covers, by the window that is asked for; "" = as it happens. */
export const depthWindows: Readonly<Record<string, number>> = { '': 2, '200ms': 4, '600ms': 12, '1000ms': 20 };

/** The feed of a market's channel: `depth`, `depth.200ms`, `trade`, `kline.1m`, … */
export function channelFeed(market: Market, channel: string, after: number): Feed | null {
  const [kind = '', argument = ''] = channel.split('.');
  const every = (seconds: number, say: (market: Market, time: number, at: number) => string) =>
    new PeriodicFeed({ period: seconds * second, after, facts, say: (time, at) => say(market, time, at) });
  switch (kind) {
    case 'depth':
      return depthFeed(market, depthWindows[argument] ?? 2, after);
    case 'bookTicker':
      return bestPrices(market, after);
    case 'trade':
      return new EventFeed({
        cursor: new OrderCursor(market, after - transit),
        say: (order, at) => tradesOfOrder(market, order).map((each) => trade(market, each, at)),
        facts,
      });
    case 'markPrice':
      return market.fundingSeconds === null ? null : every(1, markPriceMessage);
    case 'openInterest':
      return market.fundingSeconds === null ? null : every(60, openInterestMessage);
    case 'ticker':
      return every(1, tickerMessage);
    case 'kline':
      return candleFeed(market, argument, after);
    case 'liquidation':
      return market.fundingSeconds === null ? null : liquidationFeed([market], after);
    default:
      return null;
  }
}

function depthFeed(market: Market, steps: number, after: number): Feed {
  const quotes = quotesOf(market);
  return bookFeed(market, {
    steps,
    after,
    facts,
    say({ previous, step, changes, time, at }) {
      const numbers = { first: ownNumber(market, previous) + 1, last: ownNumber(market, step) };
      return depth(market, quotes, changes, numbers, time, at);
    },
  });
}

function bestPrices(market: Market, after: number): Feed {
  const quotes = quotesOf(market);
  return bookFeed(market, {
    steps: 1,
    levels: 1,
    after,
    facts,
    say: (change) =>
      isNews(change)
        ? bookTicker(market, quotes, change.levels, ownNumber(market, change.step), change.time, change.at)
        : null,
  });
}

function candleFeed(market: Market, interval: string, after: number): Feed | null {
  const seconds = intervals[interval];
  if (seconds === undefined) return null;
  return new PeriodicFeed({
    period: second,
    after,
    facts,
    say: (time, at) => kline(market, candle(market, floorTo(time - 1, seconds * second), seconds, time), time, at),
  });
}

/** The liquidations of one market, or of all of them. */
export function liquidationFeed(markets: readonly Market[], after: number): Feed {
  const cursors = markets.map((market) => new LiquidationCursor(market, after - transit));
  return new EventFeed({
    cursor: new FirstOf(cursors),
    say: (liquidation, at) => [liquidationMessage(liquidation, at)],
    facts,
  });
}
