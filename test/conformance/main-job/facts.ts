import { half, isDecimal, parseIsoTime, parseJson } from '@feedlake/schema';
import type { PayloadLine } from '../payloads/line.ts';

/** One number that a recorded reply states, read off it without any adapter. */
export interface Fact {
  readonly venueSymbol: string;
  /** Microseconds; null where the reply gives none. */
  readonly time: number | null;
  readonly value: string;
}

/** What a recorded reply states of open interest or funding. */
export interface Stated {
  readonly dataset: 'open_interest' | 'funding_rates';
  readonly of: 'present' | 'past';
  /** Width of history buckets, where the reply has them. */
  readonly periodSeconds: number | null;
  readonly facts: readonly Fact[];
}

type Entry = Readonly<Record<string, unknown>>;

const widths: Readonly<Record<string, number>> = { '5m': 300, '1h': 3600, '1d': 86_400, '5min': 300 };

/** Reads recorded replies about open interest and funding, by hand: the independent witness of the main job. */
export function statedBy(venue: string, { request, text }: PayloadLine): Stated[] {
  if (request === null) return [];
  const [path = '', queryText = ''] = request.path.split('?');
  const query = new URLSearchParams(queryText);
  if (/category=(inverse|spot|option)/.test(queryText) || query.has('pair')) return [];
  const type = request.body === undefined ? '' : String((parseJson(request.body) as Entry).type);
  const read = readers[`${venue} ${path} ${type}`.trim()];
  if (read === undefined) return [];
  const period = widths[query.get('period') ?? query.get('intervalTime') ?? ''] ?? null;
  return read(parseJson(text), query, period).filter(({ facts }) => facts.length > 0);
}

type Read = (body: unknown, query: URLSearchParams, periodSeconds: number | null) => Stated[];

const readers: Readonly<Record<string, Read>> = {
  'binance /fapi/v1/openInterest': (body) => [
    present(
      'open_interest',
      many(body).flatMap((e) => fact(e.symbol, ms(e.time), e.openInterest)),
    ),
  ],
  'binance /fapi/v1/premiumIndex': (body) => [
    present(
      'funding_rates',
      many(body).flatMap((e) => fact(e.symbol, ms(e.time), e.lastFundingRate)),
    ),
  ],
  'binance /fapi/v1/fundingRate': (body) => [
    past(
      'funding_rates',
      many(body).flatMap((e) => fact(e.symbol, ms(e.fundingTime), e.fundingRate)),
    ),
  ],
  'binance /futures/data/openInterestHist': (body, query, period) => [
    past(
      'open_interest',
      many(body).flatMap((e) => fact(e.symbol ?? query.get('symbol'), ms(e.timestamp), e.sumOpenInterest)),
      period,
    ),
  ],
  'bybit /v5/market/tickers': (body) => {
    const result = (body as { result?: Entry }).result;
    const entries = result?.category === 'linear' ? many(result.list) : [];
    const time = ms((body as Entry).time);
    return [
      present(
        'open_interest',
        entries.flatMap((e) => fact(e.symbol, time, oneSide(e))),
      ),
      present(
        'funding_rates',
        entries.flatMap((e) => fact(e.symbol, time, e.fundingRate)),
      ),
    ];
  },
  'bybit /v5/market/funding/history': (body) => [
    past(
      'funding_rates',
      many((body as { result?: Entry }).result?.list).flatMap((e) =>
        fact(e.symbol, ms(e.fundingRateTimestamp), e.fundingRate),
      ),
    ),
  ],
  'hyperliquid /info metaAndAssetCtxs': (body) => {
    const [meta, contexts] = body as [{ universe: Entry[] }, Entry[]];
    const listed = meta.universe.flatMap((coin, place) =>
      coin.isDelisted === true ? [] : [{ name: coin.name, context: contexts[place] ?? {} }],
    );
    return [
      present(
        'open_interest',
        listed.flatMap(({ name, context }) => fact(name, null, context.openInterest)),
      ),
      present(
        'funding_rates',
        listed.flatMap(({ name, context }) => fact(name, null, context.funding)),
      ),
    ];
  },
  'hyperliquid /info fundingHistory': (body) => [
    past(
      'funding_rates',
      many(body).flatMap((e) => fact(e.coin, ms(e.time), e.fundingRate)),
    ),
  ],
  'backpack /api/v1/openInterest': (body) => [
    present(
      'open_interest',
      many(body).flatMap((e) => fact(e.symbol, ms(e.timestamp), e.openInterest)),
    ),
  ],
  'backpack /api/v1/markPrices': (body) => [
    present(
      'funding_rates',
      many(body).flatMap((e) => fact(e.symbol, null, e.fundingRate)),
    ),
  ],
  'backpack /api/v1/fundingRates': (body) => [
    past(
      'funding_rates',
      many(body).flatMap((e) => fact(e.symbol, parseIsoTime(String(e.intervalEndTimestamp)), e.fundingRate)),
    ),
  ],
};

function present(dataset: Stated['dataset'], facts: Fact[]): Stated {
  return { dataset, of: 'present', periodSeconds: null, facts };
}

function past(dataset: Stated['dataset'], facts: Fact[], periodSeconds: number | null = null): Stated {
  return { dataset, of: 'past', periodSeconds, facts };
}

function many(value: unknown): Entry[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === 'object' && entry !== null);
}

function fact(venueSymbol: unknown, time: number | null, value: unknown): Fact[] {
  const text = String(value ?? '');
  return typeof venueSymbol === 'string' && isDecimal(text) ? [{ venueSymbol, time, value: text }] : [];
}

function ms(value: unknown): number | null {
  return value === undefined || value === null ? null : Number(value) * 1000;
}

/** `openInterest` of Bybit counts both sides. */
function oneSide(entry: Entry): unknown {
  if (typeof entry.singleOpenInterest === 'string' && entry.singleOpenInterest !== '') return entry.singleOpenInterest;
  return typeof entry.openInterest === 'string' && isDecimal(entry.openInterest) ? half(entry.openInterest) : null;
}
