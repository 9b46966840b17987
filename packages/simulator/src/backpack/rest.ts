import { second } from '@feedlake/schema';
import { json, text } from '../http/reply.ts';
import type { Market } from '../model/market.ts';
import { StepCache } from '../model/step-cache.ts';
import { ms } from '../model/text.ts';
import { BadParameter, optional, required } from '../parameters.ts';
import type { Reply, VenueApi, VenueRequest } from '../venue.ts';
import { marketReply, marketsReply, marketType } from './instruments.ts';
import { depth, klines, trades } from './market-data.ts';
import { backpackRefusals, notFound, refuse, refuseParameter } from './refusals.ts';
import { fundingHistory, markPrices, openInterestReply } from './state.ts';

const invalidSymbol = () => refuse(400, 'INVALID_CLIENT_REQUEST', 'Invalid market symbol');

/** Paths that answer for one market or, without a symbol, for all that are open and have open interest. */
const bulkPaths: Readonly<Record<string, (markets: readonly Market[], at: number) => Reply>> = {
  '/api/v1/openInterest': openInterestReply,
  '/api/v1/markPrices': markPrices,
};

const ofOne: Readonly<Record<string, (market: Market, request: VenueRequest, at: number) => Reply>> = {
  '/api/v1/market': marketReply,
  '/api/v1/depth': depth,
  '/api/v1/trades': trades,
  '/api/v1/trades/history': trades,
  '/api/v1/klines': klines,
};

/** The REST API of Backpack over the given markets. */
export function backpackApi(markets: readonly Market[]): VenueApi {
  const bySymbol = new Map(markets.map((market) => [market.symbol, market]));
  const open = markets.filter((market) => market.type === 'perpetual' && market.active);
  const bulk = new StepCache<Reply>();

  function answer(request: VenueRequest, at: number): Reply {
    const { path } = request;
    if (request.method !== 'GET') return notFound;
    if (path === '/api/v1/time') return text(200, String(ms(at)));
    if (path === '/api/v1/ping') return text(200, 'pong');
    if (path === '/api/v1/status') return json({ message: null, status: 'Ok' });
    if (path === '/api/v1/markets') {
      const type = optional(request, 'marketType');
      return marketsReply(markets.filter((market) => type === null || marketType(market) === type));
    }
    const all = bulkPaths[path];
    if (all !== undefined) return bulkReply(all, optional(request, 'symbol'), path, at);
    const one = ofOne[path];
    if (one === undefined && path !== '/api/v1/fundingRates') return notFound;
    const market = bySymbol.get(required(request, 'symbol'));
    if (one !== undefined) return market === undefined ? invalidSymbol() : one(market, request, at);
    return market === undefined || market.fundingSeconds === null ? json([]) : fundingHistory(market, request, at);
  }

  function bulkReply(
    build: (markets: readonly Market[], at: number) => Reply,
    symbol: string | null,
    path: string,
    at: number,
  ): Reply {
    const market = symbol === null ? undefined : bySymbol.get(symbol);
    if (symbol !== null && (market === undefined || market.type !== 'perpetual')) {
      return refuse(400, 'INVALID_CLIENT_REQUEST', 'Symbol not found');
    }
    if (market !== undefined) return build([market], at);
    const step = Math.floor(at / second);
    return bulk.get(step, path, () => build(open, step * second));
  }

  return {
    id: 'backpack',
    simulated: true,
    budgets: [
      { pool: 'requests', capacity: 2000, seconds: 60 },
      { pool: 'time-ranges', capacity: 30, seconds: 60 },
    ],
    refusals: backpackRefusals,
    costs: (request) => (request.path === '/api/v1/klines' ? { requests: 1, 'time-ranges': 1 } : { requests: 1 }),
    usageHeaders: () => ({}),
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
