import { fact } from '../http/reply.ts';
import type { Market } from '../model/market.ts';
import { fixed, ms } from '../model/text.ts';
import { limitUpTo, optional } from '../parameters.ts';
import type { Reply, VenueRequest } from '../venue.ts';
import { envelope } from './envelope.ts';

/**
 * `GET /v5/market/instruments-info`: pages of at most 1000, 500 where no limit is told.
 * @throws BadParameter
 */
export function instrumentsInfo(markets: readonly Market[], request: VenueRequest, at: number): Reply {
  const limit = limitUpTo(request, 1000, 500);
  const cursor = optional(request, 'cursor');
  const last = cursor === null ? null : (/last=([^&]+)/.exec(decodeURIComponent(cursor))?.[1] ?? null);
  const from = last === null ? 0 : markets.findIndex((market) => market.symbol === last) + 1;
  const shown = markets.slice(from, from + limit);
  const list = shown.map(instrument);
  const facts = list.map((row, index) =>
    fact({ dataset: 'instruments', kind: 'current', symbol: row.symbol, time: null, row: index }, row, [
      'contractType',
      'status',
      'baseCoin',
      'quoteCoin',
      'launchTime',
      'deliveryTime',
      'fundingInterval',
    ]),
  );
  const more = from + limit < markets.length;
  const nextPageCursor = more ? encodeURIComponent(`first=${shown[0]?.symbol}&last=${shown.at(-1)?.symbol}`) : '';
  return envelope({ category: 'linear', list, nextPageCursor }, at, facts);
}

function instrument(market: Market) {
  const tick = fixed(10 ** -market.priceDecimals, market.priceDecimals);
  const step = fixed(10 ** -market.sizeDecimals, market.sizeDecimals);
  return {
    symbol: market.symbol,
    contractType: market.expiry === null ? 'LinearPerpetual' : 'LinearFutures',
    status: 'Trading',
    baseCoin: market.base,
    quoteCoin: market.quote,
    launchTime: String(ms(market.listed)),
    deliveryTime: market.expiry === null ? '0' : String(ms(market.expiry)),
    deliveryFeeRate: market.expiry === null ? '' : '0.0005',
    priceScale: String(market.priceDecimals),
    leverageFilter: { minLeverage: '1', maxLeverage: '50.00', leverageStep: '0.01' },
    priceFilter: { minPrice: tick, maxPrice: '1999999.80', tickSize: tick },
    lotSizeFilter: {
      maxOrderQty: '1000000',
      minOrderQty: step,
      qtyStep: step,
      postOnlyMaxOrderQty: '1000000',
      maxMktOrderQty: '100000',
      minNotionalValue: '5',
    },
    unifiedMarginTrade: true,
    fundingInterval: market.fundingSeconds === null ? 0 : market.fundingSeconds / 60,
    settleCoin: market.quote,
    copyTrading: 'both',
    upperFundingRate: market.fundingSeconds === null ? '' : '0.00375',
    lowerFundingRate: market.fundingSeconds === null ? '' : '-0.00375',
    isPreListing: false,
    preListingInfo: null,
  };
}
