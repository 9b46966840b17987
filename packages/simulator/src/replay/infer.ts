import type { VenueId } from '../venue.ts';

/** A request that a bare reply must have answered, as far as the reply itself tells. */
export interface Inferred {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters: ReadonlyMap<string, string>;
}

type Row = Readonly<Record<string, unknown>>;

/** Tells from a reply's fields which request it answered; null where that is not certain. */
export function inferRequest(venue: VenueId, body: unknown): Inferred | null {
  const first = rowOf(Array.isArray(body) ? body[0] : body);
  if (first === null) return null;
  const rule = rules[venue].find(([fields]) => fields.every((field) => field in first));
  if (rule === undefined) return venue === 'bybit' ? inferBybit(body) : null;
  const [, target, names] = rule;
  const many = Array.isArray(body) && body.some((row) => rowOf(row)?.symbol !== first.symbol);
  const parameters = new Map<string, string>();
  for (const [name, field] of Object.entries(names)) {
    if (!many && typeof first[field] === 'string') parameters.set(name, first[field]);
  }
  if (venue !== 'hyperliquid') return { method: 'GET', path: target, parameters };
  return { method: 'POST', path: '/info', parameters: parameters.set('type', target) };
}

type Rule = readonly [fields: readonly string[], target: string, parameters: Readonly<Record<string, string>>];

const bySymbol = { symbol: 'symbol' };

const rules: Readonly<Record<VenueId, readonly Rule[]>> = {
  binance: [
    [['futuresType', 'symbols'], '/fapi/v1/exchangeInfo', {}],
    [['fundingTime', 'fundingRate'], '/fapi/v1/fundingRate', bySymbol],
    [['sumOpenInterest', 'symbol'], '/futures/data/openInterestHist', bySymbol],
    [['lastFundingRate'], '/fapi/v1/premiumIndex', bySymbol],
    [['openInterest', 'symbol', 'time'], '/fapi/v1/openInterest', bySymbol],
    [['fundingIntervalHours', 'adjustedFundingRateCap'], '/fapi/v1/fundingInfo', {}],
  ],
  bybit: [],
  hyperliquid: [
    [['coin', 'fundingRate', 'time'], 'fundingHistory', { coin: 'coin' }],
    [['coin', 'levels'], 'l2Book', { coin: 'coin' }],
    [['t', 'T', 's', 'i'], 'candleSnapshot', { coin: 's', interval: 'i' }],
  ],
  backpack: [
    [['intervalEndTimestamp', 'fundingRate'], '/api/v1/fundingRates', bySymbol],
    [['nextFundingTimestamp', 'markPrice'], '/api/v1/markPrices', bySymbol],
    [['openInterest', 'symbol', 'timestamp'], '/api/v1/openInterest', bySymbol],
  ],
};

const bybitPaths: readonly (readonly [field: string, path: string])[] = [
  ['fundingRateTimestamp', '/v5/market/funding/history'],
  ['lotSizeFilter', '/v5/market/instruments-info'],
  ['execId', '/v5/market/recent-trade'],
  ['lastPrice', '/v5/market/tickers'],
  ['openInterest', '/v5/market/open-interest'],
];

function inferBybit(body: unknown): Inferred | null {
  const result = rowOf(rowOf(body)?.result);
  const list = result?.list;
  const first = Array.isArray(list) ? rowOf(list[0]) : null;
  const path = first === null ? undefined : bybitPaths.find(([field]) => field in first)?.[1];
  if (result === null || first === null || path === undefined) return null;
  const parameters = new Map<string, string>();
  const symbol = result.symbol ?? first.symbol;
  if (path !== '/v5/market/instruments-info' && typeof symbol === 'string') parameters.set('symbol', symbol);
  const category = typeof result.category === 'string' ? result.category : categoryOf(first);
  if (category !== null) parameters.set('category', category);
  return { method: 'GET', path, parameters };
}

function categoryOf(row: Row): string | null {
  if ('optionsType' in row) return 'option';
  if (typeof row.contractType !== 'string') return null;
  return row.contractType.startsWith('Linear') ? 'linear' : 'inverse';
}

/** The universe replies of Hyperliquid have no rows at their top. */
export function inferUniverse(body: unknown): Inferred | null {
  const universe = (value: unknown) => Array.isArray(rowOf(value)?.universe);
  if (universe(body)) return { method: 'POST', path: '/info', parameters: new Map([['type', 'meta']]) };
  if (!Array.isArray(body) || body.length !== 2 || !universe(body[0])) return null;
  return { method: 'POST', path: '/info', parameters: new Map([['type', 'metaAndAssetCtxs']]) };
}

function rowOf(value: unknown): Row | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : null;
}
