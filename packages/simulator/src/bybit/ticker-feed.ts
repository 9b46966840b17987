import { bookStepAt } from '../model/book.ts';
import { sharedNumber } from '../model/book-number.ts';
import type { Market } from '../model/market.ts';
import { type Feed, PeriodicFeed, transit } from '../stream/feed.ts';
import { bybitFacts } from './stream-facts.ts';
import { tickers } from './stream-texts.ts';
import { ticker } from './tickers.ts';

/** Fields of the stream, in its order; those that are empty for an instrument are left out. */
const names = [
  'price24hPcnt',
  'lastPrice',
  'prevPrice24h',
  'highPrice24h',
  'lowPrice24h',
  'prevPrice1h',
  'markPrice',
  'indexPrice',
  'openInterest',
  'openInterestValue',
  'singleOpenInterest',
  'singleOpenInterestValue',
  'turnover24h',
  'volume24h',
  'nextFundingTime',
  'fundingRate',
  'bid1Price',
  'bid1Size',
  'ask1Price',
  'ask1Size',
  'fundingIntervalHour',
  'fundingCap',
] as const;

type Fields = ReadonlyMap<string, string>;

function fieldsAt(market: Market, time: number, withSingle: boolean): Fields {
  const row: Readonly<Record<string, string>> = ticker(market, time, withSingle);
  return new Map(names.flatMap((name) => (row[name] === undefined || row[name] === '' ? [] : [[name, row[name]]])));
}

/** Deltas with the fields that changed; who subscribes gets all of them as they were told last. */
export function tickerFeed(market: Market, after: number, withSingle: boolean): Feed {
  const { symbol, pace } = market;
  const numberAt = (time: number) => sharedNumber(market, bookStepAt(market, time));
  let toldAt = Math.floor((after - transit) / pace.tickerStep) * pace.tickerStep;
  let told = fieldsAt(market, toldAt, withSingle);
  return new PeriodicFeed({
    period: pace.tickerStep,
    after,
    facts: bybitFacts,
    say(time, at) {
      const now = fieldsAt(market, time, withSingle);
      const changed = [...now].filter(([name, text]) => told.get(name) !== text);
      told = now;
      toldAt = time;
      return changed.length === 0 ? null : tickers(symbol, 'delta', changed, numberAt(time), at);
    },
    opening: (at) => [{ kind: 'snapshot', text: tickers(symbol, 'snapshot', [...told], numberAt(toldAt), at) }],
  });
}
