import { second } from '@feedlake/schema';
import type { Market } from '../model/market.ts';
import { StepCache } from '../model/step-cache.ts';
import { ms } from '../model/text.ts';
import { BadParameter, optional, required } from '../parameters.ts';
import type { Reply, VenueApi, VenueRequest } from '../venue.ts';
import { bybitRefusals, envelope, notFound, refuse, refuseParameter } from './envelope.ts';
import { fundingHistory } from './funding.ts';
import { instrumentsInfo } from './instruments.ts';
import { kline, orderbook, recentTrades } from './market-data.ts';
import { openInterestHistory } from './open-interest.ts';
import { tickers } from './tickers.ts';

export interface BybitOptions {
  /** Whether `singleOpenInterest` is sent, as it is since June 2026. Default true. */
  readonly singleOpenInterest?: boolean;
}

/** The REST API of Bybit v5, category linear, over the given markets. */
export function bybitApi(markets: readonly Market[], options: BybitOptions = {}): VenueApi {
  const withSingle = options.singleOpenInterest ?? true;
  const bySymbol = new Map(markets.map((market) => [market.symbol, market]));
  const bulk = new StepCache<Reply>();

  const ofOne: Readonly<Record<string, (market: Market, request: VenueRequest, at: number) => Reply>> = {
    '/v5/market/open-interest': (market, request, at) => openInterestHistory(market, request, at, withSingle),
    '/v5/market/funding/history': fundingHistory,
    '/v5/market/orderbook': orderbook,
    '/v5/market/recent-trade': recentTrades,
    '/v5/market/kline': kline,
  };

  function answer(request: VenueRequest, at: number): Reply {
    const { path } = request;
    if (request.method !== 'GET') return notFound();
    if (path === '/v5/market/time') {
      return envelope({ timeSecond: String(Math.floor(at / second)), timeNano: `${at}000` }, at);
    }
    const one = ofOne[path];
    if (one === undefined && path !== '/v5/market/tickers' && path !== '/v5/market/instruments-info') return notFound();
    const category = required(request, 'category');
    if (!['linear', 'inverse', 'spot', 'option'].includes(category)) return refuse(10001, 'Illegal category', at);
    if (category !== 'linear') return envelope({ category, list: [], nextPageCursor: '' }, at);
    if (one !== undefined) required(request, 'symbol');
    const name = optional(request, 'symbol');
    const market = name === null ? undefined : bySymbol.get(name);
    if (name !== null && market === undefined) return refuse(10001, 'params error: symbol invalid', at);
    if (one !== undefined && market !== undefined) return one(market, request, at);
    const shown = market === undefined ? markets : [market];
    if (path === '/v5/market/instruments-info') return instrumentsInfo(shown, request, at);
    const step = Math.floor(at / second);
    return bulk.get(step, name ?? '', () => tickers(shown, step * second, withSingle));
  }

  return {
    id: 'bybit',
    simulated: true,
    budgets: [{ pool: 'requests', capacity: 600, seconds: 5, banAfter: 0, banSeconds: 600 }],
    refusals: bybitRefusals,
    costs: () => ({ requests: 1 }),
    usageHeaders: () => ({}),
    answer(request, at) {
      try {
        return { ...answer(request, at), headers: { timenow: String(ms(at)) } };
      } catch (error) {
        if (error instanceof BadParameter) return refuseParameter(error, at);
        throw error;
      }
    },
  };
}
