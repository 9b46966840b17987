import { plainDecimal } from '@feedlake/schema';
import type { ReplyMapper } from '../adapter.ts';
import type { Mapping } from '../mapping.ts';
import { arrayOf, integerOf, type JsonObject, manyOf, objectOf, textOf } from '../value.ts';
import { fundingInterval } from './contexts.ts';
import { quoteOf, rememberQuote } from './symbol.ts';

/** `meta` of one dex, `allPerpMetas` of all of them: the perpetuals, delisted ones included. */
export const metas: readonly ReplyMapper[] = ['meta', 'allPerpMetas'].map((type) => ({
  method: 'POST',
  paths: ['/info'],
  type,
  map(body, mapping) {
    for (const value of manyOf(body)) {
      const meta = objectOf(value);
      const coins = arrayOf(meta?.universe);
      if (meta === null || coins === null) {
        mapping.reject(`${type}: no universe`);
        continue;
      }
      rememberQuote(meta, mapping.reference);
      for (const coin of coins) mapInstrument(objectOf(coin) ?? {}, mapping);
    }
  },
}));

/** Prices have no fixed tick: up to five significant figures (docs: "Tick and lot size"). */
function mapInstrument(coin: JsonObject, mapping: Mapping): void {
  const name = textOf(coin.name) ?? '';
  const quote = quoteOf(name, mapping.reference);
  const decimals = integerOf(coin.szDecimals);
  mapping.instrument(
    name,
    { base: name, quote, type: 'perpetual' },
    {
      settle: quote,
      contract_size: '1',
      price_tick: null,
      size_step: decimals === null ? null : plainDecimal(`1e${-decimals}`),
      funding_interval_seconds: fundingInterval,
      status: coin.isDelisted === true ? 'delisted' : 'trading',
    },
  );
}
