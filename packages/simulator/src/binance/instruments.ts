import { fact, json } from '../http/reply.ts';
import { quarterlyExpiries } from '../model/expiry.ts';
import type { Market } from '../model/market.ts';
import { fixed, ms } from '../model/text.ts';
import type { Reply } from '../venue.ts';

/** `deliveryDate` of a perpetual: 25 December 2100, 08:00 UTC. */
const never = 4_133_404_800_000;

/** `GET /fapi/v1/exchangeInfo`. */
export function exchangeInfo(markets: readonly Market[], at: number): Reply {
  const [quarter] = quarterlyExpiries(at);
  const symbols = markets.map((market) => instrument(market, quarter));
  const facts = symbols.map((row, index) =>
    fact({ dataset: 'instruments', kind: 'current', symbol: row.symbol, time: null, row: index }, row, [
      'contractType',
      'status',
      'baseAsset',
      'quoteAsset',
      'onboardDate',
      'deliveryDate',
    ]),
  );
  const body = {
    timezone: 'UTC',
    serverTime: ms(at),
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 },
      { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1200 },
    ],
    exchangeFilters: [],
    assets: ['USDT', 'USDC'].map((asset) => ({ asset, marginAvailable: true, autoAssetExchange: '-10000' })),
    symbols,
  };
  return json(body, facts);
}

function instrument(market: Market, quarter: number) {
  const tick = fixed(10 ** -market.priceDecimals, market.priceDecimals);
  const step = fixed(10 ** -market.sizeDecimals, market.sizeDecimals);
  return {
    symbol: market.symbol,
    pair: `${market.base}${market.quote}`,
    contractType: market.expiry === null ? 'PERPETUAL' : market.expiry === quarter ? 'CURRENT_QUARTER' : 'NEXT_QUARTER',
    deliveryDate: market.expiry === null ? never : ms(market.expiry),
    onboardDate: ms(market.listed),
    status: market.active ? 'TRADING' : 'SETTLING',
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: market.base,
    quoteAsset: market.quote,
    marginAsset: market.quote,
    pricePrecision: market.priceDecimals,
    quantityPrecision: market.sizeDecimals,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice: '1000000', tickSize: tick },
      { filterType: 'LOT_SIZE', minQty: step, maxQty: '10000000', stepSize: step },
      { filterType: 'MIN_NOTIONAL', notional: '5' },
    ],
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
  };
}
