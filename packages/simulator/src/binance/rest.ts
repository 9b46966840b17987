import { second } from '@feedlake/schema';
import { json } from '../http/reply.ts';
import type { Market } from '../model/market.ts';
import { StepCache } from '../model/step-cache.ts';
import { ms } from '../model/text.ts';
import { BadParameter, optional, required } from '../parameters.ts';
import type { Reply, VenueApi, VenueRequest } from '../venue.ts';
import { fundingHistory, fundingInfo, premiumIndex } from './funding.ts';
import { exchangeInfo } from './instruments.ts';
import { aggregateTrades, bookTicker, dayTicker, depth, klines, recentTrades } from './market-data.ts';
import { openInterestHistory, openInterestNow } from './open-interest.ts';
import { binanceRefusals, notFound, refuse, refuseParameter } from './refusals.ts';

interface Route {
  readonly weight: number | ((request: VenueRequest) => number);
  /** The budget it is taken from; the general one where absent. */
  readonly pool?: string;
  /** What the answer depends on: nothing but the time, one symbol that must be told, or one that may be. */
  readonly symbol: 'none' | 'required' | 'optional';
  /** Set where the answer without a symbol depends on more than the second in which it is given. */
  readonly answerIsPerRequest?: true;
  answer(markets: readonly Market[], request: VenueRequest, at: number): Reply;
}

const ofAll = (request: VenueRequest) => optional(request, 'symbol') === null;

function one(answer: (market: Market, request: VenueRequest, at: number) => Reply): Pick<Route, 'symbol' | 'answer'> {
  return {
    symbol: 'required',
    answer: ([market], request, at) =>
      market === undefined ? refuse(-1121, 'Invalid symbol.') : answer(market, request, at),
  };
}

function stepped(
  weight: number,
  all: number,
  answer: (m: readonly Market[], at: number, single: boolean) => Reply,
): Route {
  return {
    weight: (request) => (ofAll(request) ? all : weight),
    symbol: 'optional',
    answer: (markets, request, at) => answer(markets, at, !ofAll(request)),
  };
}

const limitOf = (request: VenueRequest, fallback: number) => Number(optional(request, 'limit') ?? fallback);

const routes: Readonly<Record<string, Route>> = {
  '/fapi/v1/ping': { weight: 1, symbol: 'none', answer: () => json({}) },
  '/fapi/v1/time': {
    weight: 1,
    symbol: 'none',
    answerIsPerRequest: true,
    answer: (_markets, _request, at) => json({ serverTime: ms(at) }),
  },
  '/fapi/v1/exchangeInfo': { weight: 1, symbol: 'none', answer: (markets, _r, at) => exchangeInfo(markets, at) },
  '/fapi/v1/openInterest': { weight: 1, ...one((market, _r, at) => openInterestNow(market, at)) },
  '/futures/data/openInterestHist': { weight: 1, pool: 'statistics', ...one(openInterestHistory) },
  '/fapi/v1/premiumIndex': stepped(1, 10, premiumIndex),
  '/fapi/v1/fundingRate': {
    weight: 1,
    pool: 'funding',
    symbol: 'optional',
    answerIsPerRequest: true,
    answer: fundingHistory,
  },
  '/fapi/v1/fundingInfo': { weight: 1, pool: 'funding', symbol: 'none', answer: fundingInfo },
  '/fapi/v1/depth': { weight: (request) => depthWeight(limitOf(request, 500)), ...one(depth) },
  '/fapi/v1/trades': { weight: 5, ...one(recentTrades) },
  '/fapi/v1/historicalTrades': {
    weight: 20,
    symbol: 'none',
    answer: () => refuse(-2014, 'API-key format invalid.', 401),
  },
  '/fapi/v1/aggTrades': { weight: 20, ...one(aggregateTrades) },
  '/fapi/v1/klines': { weight: (request) => klinesWeight(limitOf(request, 500)), ...one(klines) },
  '/fapi/v1/ticker/24hr': stepped(1, 40, dayTicker),
  '/fapi/v1/ticker/bookTicker': stepped(2, 5, bookTicker),
};

function depthWeight(limit: number): number {
  if (limit <= 50) return 2;
  if (limit <= 100) return 5;
  return limit <= 500 ? 10 : 20;
}

function klinesWeight(limit: number): number {
  if (limit < 100) return 1;
  if (limit < 500) return 2;
  return limit <= 1000 ? 5 : 10;
}

/** What is listed though it is not traded any more shows up here only. */
const ofAllListed = new Set(['/fapi/v1/exchangeInfo', '/fapi/v1/fundingInfo']);

/** The REST API of Binance USD-M futures over the given markets. */
export function binanceApi(markets: readonly Market[]): VenueApi {
  const bySymbol = new Map(markets.map((market) => [market.symbol, market]));
  const traded = markets.filter((market) => market.active);
  const bulk = new StepCache<Reply>();

  function answer(request: VenueRequest, at: number): Reply {
    const route = request.method === 'GET' ? routes[request.path] : undefined;
    if (route === undefined) return notFound(request);
    const name = route.symbol === 'none' ? null : optional(request, 'symbol');
    if (route.symbol === 'required') required(request, 'symbol');
    if (name !== null) {
      const market = bySymbol.get(name);
      return market === undefined ? refuse(-1121, 'Invalid symbol.') : route.answer([market], request, at);
    }
    const listed = ofAllListed.has(request.path) ? markets : traded;
    if (route.answerIsPerRequest === true) return route.answer(listed, request, at);
    const step = Math.floor(at / second);
    return bulk.get(step, request.path, () => route.answer(listed, request, step * second));
  }

  return {
    id: 'binance',
    simulated: true,
    budgets: [
      { pool: 'weight', capacity: 2400, seconds: 60, banAfter: 10, banSeconds: 120 },
      { pool: 'statistics', capacity: 1000, seconds: 300, banAfter: 10, banSeconds: 120 },
      { pool: 'funding', capacity: 500, seconds: 300, banAfter: 10, banSeconds: 120 },
    ],
    refusals: binanceRefusals,
    costs(request) {
      const route = routes[request.path];
      if (route === undefined) return { weight: 1 };
      return { [route.pool ?? 'weight']: typeof route.weight === 'number' ? route.weight : route.weight(request) };
    },
    usageHeaders: (used) => ({ 'x-mbx-used-weight-1m': String(used.weight ?? 0) }),
    answer(request, at) {
      try {
        return answer(request, at);
      } catch (error) {
        if (error instanceof BadParameter) return refuseParameter(error);
        throw error;
      }
    },
  };
}
