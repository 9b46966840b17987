import { floorTo, second } from '@feedlake/schema';
import { bookStepTime } from '../model/book.ts';
import { messageNumber, sharedNumber } from '../model/book-number.ts';
import { candle } from '../model/candle.ts';
import { liquidationsBetween } from '../model/liquidation.ts';
import type { Market } from '../model/market.ts';
import { Quotes } from '../model/quotes.ts';
import { OrderCursor, tradesOfOrder } from '../model/tape.ts';
import { unitsText } from '../model/text.ts';
import { type BookChange, bookFeed, isNews } from '../stream/book-feed.ts';
import { EventFeed, type Feed, PeriodicFeed, transit } from '../stream/feed.ts';
import { intervals } from './market-data.ts';
import { bybitFacts } from './stream-facts.ts';
import { allLiquidation, kline, orderbook, publicTrade } from './stream-texts.ts';
import { tickerFeed } from './ticker-feed.ts';

/** A topic taken apart; the symbol may have dots of its own. */
export interface BybitTopic {
  readonly channel: string;
  /** Depth of a book or interval of a candle; "" where the channel has none. */
  readonly argument: string;
  readonly symbol: string;
}

const withArgument = /^(orderbook|kline)\.(\w+)\.(.+)$/;
const plain = /^(tickers|publicTrade|allLiquidation)\.(.+)$/;
const depths = new Set(['1', '50', '200', '1000']);

/** Null for what is no topic of the linear family. */
export function topicOf(text: string): BybitTopic | null {
  const [, channel = '', argument = '', symbol = ''] = withArgument.exec(text) ?? [];
  if (channel === 'orderbook') return depths.has(argument) ? { channel, argument, symbol } : null;
  if (channel === 'kline') return intervals[argument] === undefined ? null : { channel, argument, symbol };
  const [, other, name = ''] = plain.exec(text) ?? [];
  return other === undefined ? null : { channel: other, argument: '', symbol: name };
}

/** Prices and sizes with all decimals; "0" where a level is gone. */
export function quotesOf(market: Market): Quotes {
  return new Quotes(
    (tick) => unitsText(tick, market.priceDecimals),
    (size) => (size === 0 ? '0' : unitsText(size, market.sizeDecimals)),
  );
}

/** The feed of a topic. @param withSingle whether tickers tell open interest of one side. */
export function topicFeed(topic: string, parts: BybitTopic, market: Market, after: number, withSingle: boolean): Feed {
  switch (parts.channel) {
    case 'orderbook':
      return parts.argument === '1'
        ? bestLevels(topic, market, after)
        : orderbookFeed(topic, market, Number(parts.argument), after);
    case 'publicTrade':
      return new EventFeed({
        cursor: new OrderCursor(market, after - transit),
        say: (order, at) => [publicTrade(market, tradesOfOrder(market, order), at)],
        facts: bybitFacts,
      });
    case 'allLiquidation':
      return liquidationFeed(market, after);
    case 'tickers':
      return tickerFeed(market, after, withSingle);
    default:
      return candleFeed(topic, market, parts.argument, after);
  }
}

/** Deltas, each numbered one more than the one before; who subscribes gets the state that they go on from. */
function orderbookFeed(topic: string, market: Market, levels: number, after: number): Feed {
  const quotes = quotesOf(market);
  const numbers = (step: number) => ({ u: messageNumber(market, step), seq: sharedNumber(market, step) });
  return bookFeed(market, {
    steps: 2,
    levels,
    after,
    facts: bybitFacts,
    say: ({ step, changes, time, at }) =>
      orderbook(topic, 'delta', { market, quotes, sides: changes, ...numbers(step), time, at }),
    opening({ step, levels: sides, at }) {
      const time = bookStepTime(market, step);
      return {
        kind: 'snapshot',
        text: orderbook(topic, 'snapshot', { market, quotes, sides, ...numbers(step), time, at }),
      };
    },
  });
}

/** So long nothing changes until the best level is said again with the number that it has, in microseconds. */
const sayAgain = 3 * second;

/** The best level is only ever told whole, each time as a snapshot. */
function bestLevels(topic: string, market: Market, after: number): Feed {
  const quotes = quotesOf(market);
  let told: { u: number; seq: number; time: number; saidAt: number } | null = null;
  const stateAt = (step: number, saidAt: number) => ({
    u: messageNumber(market, step),
    seq: sharedNumber(market, step),
    time: bookStepTime(market, step),
    saidAt,
  });
  const text = (sides: BookChange['levels'], at: number, state: { u: number; seq: number; time: number }) =>
    orderbook(topic, 'snapshot', { market, quotes, sides, ...state, at });
  return bookFeed(market, {
    steps: 2,
    levels: 1,
    after,
    facts: bybitFacts,
    say(change) {
      const news = told === null || isNews(change);
      if (!news && told !== null && change.at - told.saidAt < sayAgain) return null;
      told = news || told === null ? stateAt(change.step, change.at) : { ...told, saidAt: change.at };
      return text(change.levels, change.at, told);
    },
    opening({ step, levels, at }) {
      return { kind: 'snapshot', text: text(levels, at, told ?? stateAt(step, at)) };
    },
  });
}

/** All liquidations, twice a second those since the last time. */
function liquidationFeed(market: Market, after: number): Feed {
  const period = second / 2;
  return new PeriodicFeed({
    period,
    after,
    facts: bybitFacts,
    say(time, at) {
      const found = liquidationsBetween(market, time - period, time);
      return found.length === 0 ? null : allLiquidation(market, found, at);
    },
  });
}

function candleFeed(topic: string, market: Market, interval: string, after: number): Feed {
  const seconds = intervals[interval] ?? 60;
  return new PeriodicFeed({
    period: second,
    after,
    facts: bybitFacts,
    say: (time, at) =>
      kline(topic, interval, candle(market, floorTo(time - 1, seconds * second), seconds, time), time, at),
  });
}
