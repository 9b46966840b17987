import { floorTo, hour, isDecimal, multiply } from '@feedlake/schema';
import type { ReplyMapper } from '../adapter.ts';
import type { Mapping, Values } from '../mapping.ts';
import { arrayOf, type JsonObject, objectOf, textOf } from '../value.ts';
import { rememberQuote } from './symbol.ts';

/** Funding is charged every hour on every perpetual (docs: "Funding"). */
export const fundingInterval = 3600;

/** When the rate that runs now will be charged: the next full hour. Replies state none, or the hour just settled. */
export function nextFunding(mapping: Mapping): number {
  return floorTo(mapping.received, hour) + hour;
}

/**
 * `metaAndAssetCtxs`: `[meta, contexts]`, where the context of a coin is told by its place alone. It carries no time.
 * Contexts without a coin, and coins without a context, are rejected; the others stay where they are.
 */
export const metaAndContexts: ReplyMapper = {
  method: 'POST',
  paths: ['/info'],
  type: 'metaAndAssetCtxs',
  map(body, mapping) {
    const meta = objectOf(arrayOf(body)?.[0]);
    const coins = arrayOf(meta?.universe);
    const contexts = arrayOf(arrayOf(body)?.[1]);
    if (meta === null || coins === null || contexts === null) {
      mapping.reject('metaAndAssetCtxs: universe or contexts are missing');
      return;
    }
    rememberQuote(meta, mapping.reference);
    for (let place = 0; place < Math.max(coins.length, contexts.length); place++) {
      mapPlace(place, objectOf(coins[place]), objectOf(contexts[place]), mapping);
    }
  },
};

function mapPlace(place: number, coin: JsonObject | null, context: JsonObject | null, mapping: Mapping): void {
  const name = textOf(coin?.name);
  if (name === null) {
    mapping.reject(`metaAndAssetCtxs: the context at place ${place} belongs to no coin`);
  } else if (coin?.isDelisted === true) {
    mapping.ignore(`metaAndAssetCtxs of ${name}: delisted`);
  } else if (context === null) {
    mapping.reject(`metaAndAssetCtxs of ${name}: no context at its place ${place}`);
  } else {
    mapping.row('open_interest', name, null, openInterest(context));
    mapping.row('funding_rates', name, null, runningRate(context, mapping));
  }
}

function openInterest(context: JsonObject): Values<'open_interest'> {
  const open_interest = textOf(context.openInterest);
  const mark_price = textOf(context.markPx);
  const computable = open_interest !== null && mark_price !== null && isDecimal(open_interest) && isDecimal(mark_price);
  return {
    open_interest,
    open_interest_value: computable ? multiply(open_interest, mark_price) : null,
    value_basis: computable ? 'mark' : null,
    mark_price,
  };
}

function runningRate(context: JsonObject, mapping: Mapping): Values<'funding_rates'> {
  return {
    kind: 'running',
    rate: textOf(context.funding),
    funding_time: nextFunding(mapping),
    interval_seconds: fundingInterval,
    mark_price: textOf(context.markPx),
    index_price: textOf(context.oraclePx),
  };
}

/** `activeAssetCtx`: the context of one coin, about once a second, without a time. */
export function mapActiveContext(data: unknown, mapping: Mapping): void {
  const context = objectOf(objectOf(data)?.ctx) ?? {};
  const funding_rate = textOf(context.funding);
  mapping.ticker(objectOf(data)?.coin, null, {
    mark_price: textOf(context.markPx),
    index_price: textOf(context.oraclePx),
    funding_rate,
    open_interest: textOf(context.openInterest),
    funding_time: funding_rate === null ? null : nextFunding(mapping),
  });
}
