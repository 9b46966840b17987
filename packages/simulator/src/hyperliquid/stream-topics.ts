import { floorTo, hour, minute, second } from '@feedlake/schema';
import { bookStepTime } from '../model/book.ts';
import { candle } from '../model/candle.ts';
import { LiquidationCursor, liquidationsBetween } from '../model/liquidation.ts';
import type { Market } from '../model/market.ts';
import { OrderCursor, tradesOfOrder, tradesUntil } from '../model/tape.ts';
import { bookFeed, isNews } from '../stream/book-feed.ts';
import { EventFeed, type Feed, type Opening, PeriodicFeed, transit } from '../stream/feed.ts';
import { FirstOf } from '../stream/first-of.ts';
import { type Fill, fillOf, liquidatorVaults, vaultOf } from './fills.ts';
import { candleIntervals } from './market-data.ts';
import { quotesOf } from './rows.ts';
import { hyperliquidFacts as facts } from './stream-facts.ts';
import { activeAssetCtx, bbo, candleMessage, l2Book, trades, userFills } from './stream-texts.ts';

/** Steps of a book between two frames: at the usual pace half a second and five seconds. */
const fastSteps = 10;
const slowSteps = 100;
const fastLevels = 5;
const slowLevels = 20;
/** How much of the past a subscriber of trades is told first, in microseconds; and how many trades at most. */
const backlog = 20 * second;
const mostBacklog = 1000;
/** And of fills. */
const fillBacklog = hour;
/** And no more than so many, as over REST. */
const mostPastFills = 2000;

const snapshot = (text: string): readonly Opening[] => [{ kind: 'snapshot', text }];

/** The feed of a coin's channel: `trades`, `l2Book`, `l2Book:fast`, `bbo`, `activeAssetCtx`, `candle:1m`. */
export function coinFeed(market: Market, channel: string, after: number): Feed | null {
  const quotes = quotesOf(market);
  const [kind = '', argument = ''] = channel.split(':');
  switch (kind) {
    case 'trades':
      return tradeFeed(market, after);
    case 'l2Book': {
      const fast = argument === 'fast';
      return bookFeed(market, {
        steps: fast ? fastSteps : slowSteps,
        levels: fast ? fastLevels : slowLevels,
        after,
        facts,
        say: ({ levels, time }) => l2Book(market, quotes, levels, time),
        opening({ step, levels }) {
          return { kind: 'snapshot', text: l2Book(market, quotes, levels, bookStepTime(market, step)) };
        },
      });
    }
    case 'bbo':
      return bookFeed(market, {
        steps: 1,
        levels: 1,
        after,
        facts,
        say: (change) => (isNews(change) ? bbo(market, quotes, change.levels, change.time) : null),
        opening: ({ step, levels }) => ({
          kind: 'snapshot',
          text: bbo(market, quotes, levels, bookStepTime(market, step)),
        }),
      });
    case 'activeAssetCtx':
      return new PeriodicFeed({
        period: second,
        after,
        facts,
        say: (time) => activeAssetCtx(market, time),
        opening: (at) => snapshot(activeAssetCtx(market, at)),
      });
    case 'candle':
      return candleFeed(market, argument, after);
    default:
      return null;
  }
}

/** Each order's trades in one frame; before them those of the last seconds. */
function tradeFeed(market: Market, after: number): Feed {
  const cursor = new OrderCursor(market, after - transit);
  let told = after - transit;
  return new EventFeed({
    cursor,
    facts,
    say(order, at) {
      told = at - transit;
      return [trades(market, tradesOfOrder(market, order))];
    },
    opening(at) {
      // What is not told yet comes by itself.
      const until = Math.max(told, Math.min(at - transit, cursor.due - 1));
      const past = tradesUntil(market, until, mostBacklog).filter(({ time }) => time > at - backlog);
      return past.length === 0 ? [] : [{ kind: 'replay', text: trades(market, past) }];
    },
  });
}

function candleFeed(market: Market, interval: string, after: number): Feed | null {
  const seconds = candleIntervals[interval];
  if (seconds === undefined) return null;
  const at = (time: number) => candle(market, floorTo(time - 1, seconds * second), seconds, time);
  return new PeriodicFeed({
    period: second,
    after,
    facts,
    say: (time) => candleMessage(market, interval, at(time)),
    opening: (now) => snapshot(candleMessage(market, interval, at(now))),
  });
}

/** The fills of a user; only the liquidator vaults have any. */
export function fillFeed(markets: readonly Market[], user: string, after: number): Feed {
  const isVault = liquidatorVaults.some((vault) => vault === user);
  const cursors = (isVault ? markets : []).map((market) => new LiquidationCursor(market, after - transit));
  const cursor = new FirstOf(cursors, (liquidation) => vaultOf(liquidation) === user);
  let told = after - transit;
  return new EventFeed({
    cursor,
    facts,
    say(liquidation, at) {
      told = at - transit;
      return [userFills(user, [fillOf(liquidation)], false)];
    },
    opening(at) {
      const until = Math.max(told, Math.min(at - transit, cursor.due - 1));
      return snapshot(userFills(user, pastFills(isVault ? markets : [], user, at, until), true));
    },
  });
}

/** The last fills of a user, newest first. */
function pastFills(markets: readonly Market[], user: string, at: number, until: number): Fill[] {
  for (let back = minute; ; back = Math.min(fillBacklog, back * 2)) {
    const found = markets
      .flatMap((market) => liquidationsBetween(market, at - back, until))
      .filter((each) => vaultOf(each) === user);
    if (found.length < mostPastFills && back < fillBacklog) continue;
    found.sort((a, b) => b.time - a.time);
    return found.slice(0, mostPastFills).map(fillOf);
  }
}
