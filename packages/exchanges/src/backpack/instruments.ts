import type { ReplyMapper } from '../adapter.ts';
import type { Mapping } from '../mapping.ts';
import { anyTime, integerOf, type JsonObject, manyOf, objectOf, textOf } from '../value.ts';
import { partsOf } from './symbol.ts';

/** `/api/v1/markets` lists all products; `/api/v1/market` describes one. */
export const markets: ReplyMapper = {
  method: 'GET',
  paths: ['/api/v1/markets', '/api/v1/market'],
  map(body, mapping) {
    for (const value of manyOf(body)) mapMarket(objectOf(value) ?? {}, mapping);
  },
};

function mapMarket(market: JsonObject, mapping: Mapping): void {
  const name = textOf(market.symbol);
  const parts = partsOf(name ?? '');
  const type = textOf(market.marketType) ?? (parts?.type === 'perpetual' ? 'PERP' : null);
  if (name === null || type === null) {
    mapping.reject(`instruments of ${name}: name or market type is missing`);
  } else if (type !== 'PERP' && type !== 'DATED') {
    mapping.ignore(`instruments of ${name}: ${type}, no linear derivative`);
  } else if (parts === null || (parts.type === 'perpetual') !== (type === 'PERP')) {
    mapping.reject(`instruments of ${name}: the name is not that of a ${type} market`);
  } else {
    const filters = objectOf(market.filters);
    const interval = integerOf(market.fundingInterval);
    const state = textOf(market.orderBookState);
    mapping.instrument(name, parts, {
      settle: parts.quote,
      contract_size: '1',
      price_tick: textOf(objectOf(filters?.price)?.tickSize),
      size_step: textOf(objectOf(filters?.quantity)?.stepSize),
      funding_interval_seconds: type === 'PERP' && interval ? interval / 1000 : null,
      status: state === 'Open' ? 'trading' : state?.toLowerCase(),
      listed_time: anyTime(market.createdAt),
      expiry_time: parts.expiry === undefined ? null : expiryOf(parts.expiry),
    });
  }
}

function expiryOf(date: string): number | null {
  return anyTime(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`);
}
