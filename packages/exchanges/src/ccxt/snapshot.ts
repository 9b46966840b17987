import type { PolledDataset } from '../adapter.ts';
import { manyOf, objectOf, textOf } from '../value.ts';
import type { CcxtReply, CcxtRequest } from './engine.ts';
import type { CcxtApi, CcxtExchange } from './exchange.ts';
import { mapFundingRate } from './funding.ts';
import type { Market } from './market.ts';
import type { Markets } from './markets.ts';
import { NotOfferedError } from './not-offered.ts';
import { mapOpenInterest, needsMark } from './open-interest.ts';
import type { Quirks } from './quirks.ts';

/** The exchange that is asked, and what is known of it. */
export interface Asked {
  readonly exchange: CcxtExchange;
  readonly markets: Markets;
  readonly quirks: Quirks;
}

/** Why the exchange has no present state of a dataset; null when it has. */
export function noSnapshot(dataset: PolledDataset, asked: Asked): string | null {
  const { exchange, quirks } = asked;
  if (isBulk(dataset, asked) || exchange.offers(singles[dataset])) return null;
  const past = dataset === 'open_interest' && quirks.noOpenInterestHistory === undefined;
  const wayOut = past && exchange.offers('fetchOpenInterestHistory') ? '; its history can be had: --from' : '';
  return `${exchange.api.name} offers no present ${words[dataset]} through ccxt${wayOut}`;
}

/** Requests for the present state of instruments, by the venue's own names: in bulk where ccxt can, else one each. */
export function snapshotRequests(dataset: PolledDataset, names: readonly string[], asked: Asked): CcxtRequest[] {
  const inBulk = isBulk(dataset, asked);
  const fetch = dataset === 'open_interest' ? fetchOpenInterest : fetchFundingRates;
  const markets = names
    .map((name) => asked.markets.named(name))
    .filter(({ parts }) => dataset === 'open_interest' || parts.type === 'perpetual');
  const groups = inBulk ? alike(markets) : markets.map((market) => [market]);
  return groups.map((group) => ({
    symbol: inBulk ? null : (group[0]?.venueSymbol ?? null),
    fetch: (signal) => fetch(group, asked, signal),
  }));
}

const singles = { open_interest: 'fetchOpenInterest', funding_rates: 'fetchFundingRate' } as const;

function isBulk(dataset: PolledDataset, { exchange, quirks }: Asked): boolean {
  if (dataset === 'funding_rates') return exchange.offers('fetchFundingRates');
  return quirks.openInterestInTickers === true || exchange.offers('fetchOpenInterests');
}

/** How the datasets are called in messages. */
export const words: Readonly<Record<PolledDataset, string>> = {
  open_interest: 'open interest',
  funding_rates: 'funding rates',
};

/** One bulk call of ccxt's covers the contracts of one type and settlement, which it takes from the first symbol. */
function alike(markets: readonly Market[]): Market[][] {
  return Object.values(
    Object.groupBy(markets, ({ parts, linear, settle }) => `${parts.type} ${linear} ${linear ? settle : ''}`),
  ).filter((group) => group !== undefined);
}

async function fetchOpenInterest(markets: readonly Market[], asked: Asked, signal: AbortSignal): Promise<CcxtReply> {
  const { quirks } = asked;
  const { value, received, simulated } = await asked.exchange.call(signal, async (api) => {
    const found = pairs(await openInterests(api, markets, asked), markets);
    requireAny(found, markets, 'open_interest');
    const isUnclear = found.some(({ structure, market }) => needsMark(objectOf(structure) ?? {}, market, quirks));
    return { found, marks: isUnclear ? await markPrices(api, markets, asked) : new Map<string, string>() };
  });
  return {
    received,
    simulated,
    map(mapping) {
      for (const { structure, market } of value.found) {
        const mark = value.marks.get(market.symbol) ?? null;
        mapOpenInterest(structure, market, { quirks, periodSeconds: null, mark }, mapping);
      }
    },
  };
}

function openInterests(api: CcxtApi, markets: readonly Market[], { exchange, quirks }: Asked): Promise<unknown> {
  const symbols = markets.map(({ symbol }) => symbol);
  if (quirks.openInterestInTickers) return api.fetchTickers(symbols);
  if (!exchange.offers('fetchOpenInterests')) return api.fetchOpenInterest(symbols[0] ?? '');
  const areFutures = markets[0]?.parts.type === 'future';
  return api.fetchOpenInterests(symbols, (areFutures && quirks.futuresParameters) || {});
}

async function fetchFundingRates(markets: readonly Market[], asked: Asked, signal: AbortSignal): Promise<CcxtReply> {
  const symbols = markets.map(({ symbol }) => symbol);
  const { value, received, simulated } = await asked.exchange.call(signal, async (api) => {
    const told = asked.exchange.offers('fetchFundingRates')
      ? await api.fetchFundingRates(symbols)
      : await api.fetchFundingRate(symbols[0] ?? '');
    const found = pairs(told, markets);
    requireAny(found, markets, 'funding_rates');
    return found;
  });
  return {
    received,
    simulated,
    map(mapping) {
      for (const { structure, market } of value) {
        mapFundingRate(structure, market, asked.quirks, mapping);
      }
    },
  };
}

/** Mark prices by ccxt's symbols, from whichever call tells them; those of funding rates count as well. */
async function markPrices(
  api: CcxtApi,
  markets: readonly Market[],
  { exchange }: Asked,
): Promise<ReadonlyMap<string, string>> {
  const symbols = markets.map(({ symbol }) => symbol);
  const told = exchange.offers('fetchMarkPrices')
    ? await api.fetchMarkPrices(symbols)
    : exchange.offers('fetchFundingRates')
      ? await api.fetchFundingRates(symbols)
      : {};
  return new Map(
    pairs(told, markets).flatMap(({ structure, market }) => {
      const mark = textOf(objectOf(structure)?.markPrice);
      return mark === null ? [] : [[market.symbol, mark] as const];
    }),
  );
}

/** Some bulk calls cover one kind of contract only, whichever are named: silence would look like there being none. */
function requireAny(found: readonly unknown[], markets: readonly Market[], dataset: PolledDataset): void {
  const [first] = markets;
  if (found.length > 0 || first === undefined) return;
  const { parts, settle } = first;
  const kind = `${parts.type}s that settle in ${settle}`;
  throw new NotOfferedError(
    `ccxt brings no ${words[dataset]} of ${markets.length} ${kind}, ${first.venueSymbol} among them`,
  );
}

/**
 * The structures in what a method gave (one, a list, or a mapping by symbol), each with the market that it is about;
 * those of other markets are left out.
 */
function pairs(value: unknown, markets: readonly Market[]): { structure: unknown; market: Market }[] {
  const [only] = markets;
  const object = objectOf(value);
  const isOne = object !== null && 'info' in object;
  if (isOne && only !== undefined && markets.length === 1) return [{ structure: value, market: only }];
  const bySymbol = new Map(markets.map((market) => [market.symbol, market]));
  const structures = isOne || object === null ? manyOf(value ?? []) : Object.values(object);
  return structures.flatMap((structure) => {
    const market = bySymbol.get(String(objectOf(structure)?.symbol));
    return market === undefined ? [] : [{ structure, market }];
  });
}
