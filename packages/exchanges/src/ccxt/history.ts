import { isoTime, minute } from '@feedlake/schema';
import type { HistoryQuery, NotOffered, PolledDataset } from '../adapter.ts';
import type { Mapping } from '../mapping.ts';
import { firstMs, lastMs } from '../range.ts';
import { intervalSeconds, manyOf, objectOf } from '../value.ts';
import type { CcxtReply } from './engine.ts';
import { mapSettledRate } from './funding.ts';
import type { Market } from './market.ts';
import { NotOfferedError } from './not-offered.ts';
import { mapOpenInterest, needsMark } from './open-interest.ts';
import { type Asked, words } from './snapshot.ts';
import { timeOfStructure } from './time.ts';
import { type Stretch, walk } from './walk.ts';

/** What an exchange offers of the past of a dataset. */
export interface HistoryOffer {
  /** Bucket widths in seconds; null where rows are events. */
  readonly periods: readonly number[] | null;
  /** How far back the exchange keeps it, in seconds; null = not known. */
  readonly horizonSeconds: number | null;
}

const methods = { open_interest: 'fetchOpenInterestHistory', funding_rates: 'fetchFundingRateHistory' } as const;

/** Widths in which exchanges keep open interest; those of candles are more. */
const usualPeriods = [300, 900, 1800, 3600, 14_400, 86_400];

/** Settlements are an hour apart at least; their stamps come some seconds late. */
const settlementSpacing = 59 * 60_000;

/** What ccxt gives in one page where nothing else is known: all exchanges have as many. */
const usualPage = 100;

/** What the exchange offers of the past of a dataset. */
export function historyOffer(dataset: PolledDataset, { exchange, quirks }: Asked): HistoryOffer | NotOffered {
  if (dataset === 'open_interest' && quirks.noOpenInterestHistory !== undefined) {
    return { notOffered: `no history of open interest: ${quirks.noOpenInterestHistory}` };
  }
  if (!exchange.offers(methods[dataset])) {
    return {
      notOffered: `${exchange.api.name} offers no history of ${words[dataset]} through ccxt; record it from now on`,
    };
  }
  if (dataset === 'funding_rates') return { periods: null, horizonSeconds: null };
  const { openInterestDays } = quirks;
  return {
    periods: [...timeframes(exchange.api.timeframes).keys()],
    horizonSeconds: openInterestDays === undefined ? null : openInterestDays * 86_400,
  };
}

/** ccxt's timeframes by their width in seconds. */
function timeframes(of: Readonly<Record<string, unknown>>): Map<number, string> {
  return new Map(
    Object.keys(of ?? {}).flatMap((name) => {
      const seconds = intervalSeconds(name);
      return seconds !== null && usualPeriods.includes(seconds) ? [[seconds, name] as const] : [];
    }),
  );
}

/** Fetches a stretch of history; see the engine's method of the same name. */
export async function fetchHistory(
  dataset: PolledDataset,
  query: HistoryQuery,
  asked: Asked,
  signal: AbortSignal,
  take: (reply: CcxtReply) => void,
): Promise<void> {
  const { exchange, markets, quirks } = asked;
  const market = markets.named(query.symbol);
  const perPage = quirks.perPage ?? usualPage;
  const isOpenInterest = dataset === 'open_interest';
  const periodSeconds = query.periodSeconds ?? 3600;
  const timeframe = timeframes(exchange.api.timeframes).get(periodSeconds) ?? '1h';
  const mapOne = (structure: unknown, mapping: Mapping) =>
    isOpenInterest
      ? mapOpenInterest(structure, market, { quirks, periodSeconds, mark: null }, mapping)
      : mapSettledRate(structure, market, mapping);

  const whole = { from: firstMs(query.from), to: lastMs(isOpenInterest ? query.to : query.to + minute / 2) };
  const spacing = isOpenInterest ? periodSeconds * 1000 : settlementSpacing;
  const unreachable = await walk(whole, { spacing, perPage }, async (stretch) => {
    const { value, received, simulated } = await exchange.call(signal, (api) => {
      const end = endOf(stretch, quirks.endParameter);
      return isOpenInterest
        ? api.fetchOpenInterestHistory(market.symbol, timeframe, stretch.from, perPage, end)
        : api.fetchFundingRateHistory(market.symbol, stretch.from, perPage, end);
    });
    const structures = manyOf(value ?? []);
    if (isOpenInterest) requireBaseUnits(structures, market, asked);
    take({
      received,
      simulated,
      map(mapping) {
        for (const structure of structures) mapOne(structure, mapping);
      },
    });
    return structures.flatMap((structure) => {
      const time = timeOfStructure(objectOf(structure)?.timestamp);
      return time === null ? [] : [time / 1000];
    });
  });
  if (unreachable !== null) {
    const since = isoTime(Math.round(unreachable) * 1000).slice(0, 19);
    throw new NotOfferedError(`ccxt gives no ${words[dataset]} of ${query.symbol} before ${since}Z: what came is kept`);
  }
}

function endOf({ to }: Stretch, parameter: string | undefined): object {
  return parameter === undefined ? { until: to } : { [parameter]: to + 1 };
}

/** The past has no mark prices to divide an inverse contract's dollars by. */
function requireBaseUnits(structures: readonly unknown[], market: Market, { quirks }: Asked): void {
  const [first] = structures;
  if (first !== undefined && needsMark(objectOf(first) ?? {}, market, quirks)) {
    throw new NotOfferedError(
      `${market.venueSymbol}: its past open interest is told in ${market.parts.quote}, without the mark price that base units need`,
    );
  }
}
