import { second } from '@feedlake/schema';
import { json } from '../http/reply.ts';
import { StepCache } from '../model/step-cache.ts';
import { ms } from '../model/text.ts';
import type { Reply, VenueApi } from '../venue.ts';
import { meta, metaAndContexts, metaReply } from './contexts.ts';
import { fundingHistory, predictedFundings } from './funding.ts';
import { allMids, candleIntervals, candleSnapshot, l2Book, recentTrades } from './market-data.ts';
import type { Dex } from './markets.ts';
import {
  hyperliquidRefusals,
  notFound,
  nothing,
  undeserialisable,
  unknownName,
  unparsable,
  wrongContentType,
  wrongMethod,
} from './refusals.ts';

export interface HyperliquidOptions {
  /** The most rows in a page of funding history. Default 500. */
  readonly fundingPage?: number;
}

type Body = Readonly<Record<string, unknown>>;

const cheap = new Set(['l2Book', 'allMids', 'exchangeStatus', 'clearinghouseState']);

/** The info API of Hyperliquid over the given dexes. */
export function hyperliquidApi(dexes: readonly Dex[], options: HyperliquidOptions = {}): VenueApi {
  const cap = options.fundingPage ?? 500;
  const byName = new Map(dexes.map((dex) => [dex.name, dex]));
  const byCoin = new Map(dexes.flatMap((dex) => dex.markets.map((market) => [market.symbol, market])));
  const bulk = new StepCache<Reply>();

  function ofDex(body: Body, at: number, build: (dex: Dex, at: number) => Reply): Reply {
    const dex = byName.get(typeof body.dex === 'string' ? body.dex : '');
    if (dex === undefined) return unknownName;
    const step = Math.floor(at / second);
    return bulk.get(step, `${body.type}/${dex.name}`, () => build(dex, step * second));
  }

  function info(body: Body, at: number): Reply {
    const { type, coin } = body;
    switch (type) {
      case 'meta':
        return ofDex(body, at, metaReply);
      case 'metaAndAssetCtxs':
        return ofDex(body, at, metaAndContexts);
      case 'allMids':
        return ofDex(body, at, allMids);
      case 'predictedFundings':
        return ofDex({ type }, at, predictedFundings);
      case 'perpDexs':
        return json(dexes.map((dex) => (dex.name === '' ? null : deployed(dex))));
      case 'allPerpMetas':
        return json(dexes.map(meta));
      case 'exchangeStatus':
        return json({ specialStatuses: null, time: ms(at) });
      case 'candleSnapshot':
        return candleReply(body.req, at);
    }
    if (type !== 'fundingHistory' && type !== 'l2Book' && type !== 'recentTrades') return undeserialisable;
    if (typeof coin !== 'string') return undeserialisable;
    const market = byCoin.get(coin);
    if (type === 'l2Book') return market === undefined ? nothing : l2Book(market, at);
    const { startTime, endTime } = body;
    if (type === 'fundingHistory' && !Number.isSafeInteger(startTime)) return undeserialisable;
    if (market === undefined) return unknownName;
    if (type === 'recentTrades') return recentTrades(market, at);
    const to = typeof endTime === 'number' ? Math.min(endTime * 1000, at) : at;
    return fundingHistory(market, Number(startTime) * 1000, to, cap);
  }

  function candleReply(request: unknown, at: number): Reply {
    if (typeof request !== 'object' || request === null) return undeserialisable;
    const { coin, interval, startTime, endTime } = request as Body;
    if (typeof interval !== 'string' || candleIntervals[interval] === undefined) return undeserialisable;
    if (typeof startTime !== 'number') return undeserialisable;
    const market = byCoin.get(String(coin));
    if (market === undefined) return unknownName;
    return candleSnapshot(market, interval, startTime * 1000, typeof endTime === 'number' ? endTime * 1000 : at, at);
  }

  return {
    id: 'hyperliquid',
    simulated: true,
    budgets: [{ pool: 'weight', capacity: 1200, seconds: 60 }],
    refusals: hyperliquidRefusals,
    costs: (request) => ({ weight: cheap.has(String(parsed(request.body)?.type)) ? 2 : 20 }),
    usageHeaders: () => ({}),
    answer(request, at) {
      if (request.path !== '/info') return notFound;
      if (request.method !== 'POST') return wrongMethod;
      if (!request.contentType.toLowerCase().startsWith('application/json')) return wrongContentType;
      const body = parsed(request.body);
      if (body === undefined) return unparsable;
      return body === null ? undeserialisable : info(body, at);
    },
  };
}

/** The body as an object; null when it is JSON of another kind, undefined when it is no JSON. */
function parsed(text: string): Body | null | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : null;
  } catch {
    return undefined;
  }
}

function deployed(dex: Dex) {
  return {
    name: dex.name,
    fullName: dex.name.toUpperCase(),
    deployer: `0x${'8'.repeat(40)}`,
    oracleUpdater: null,
    feeRecipient: null,
    assetToStreamingOiCap: dex.markets.map((market) => [market.symbol, '100000000.0']),
  };
}
