import { formatSymbol } from '@feedlake/schema';
import type { Reference } from '../reference.ts';
import { arrayOf, integerOf, type JsonObject, objectOf, textOf } from '../value.ts';

/** Perpetuals are named by a word; spot pairs (`PURR/USDC`, `@107`) and outcomes (`#1230`) are not. */
const perpetual = /^[A-Za-z0-9][^/]*$/;

/**
 * The unified symbol of a coin: `BTC` is `BTC-USDC-PERP`, `xyz:NVDA` is `xyz:NVDA-USDC-PERP` unless its dex was read to
 * have another collateral. Null for names of spot pairs.
 */
export function symbolOf(venueSymbol: string, reference: Reference): string | null {
  if (!perpetual.test(venueSymbol)) return null;
  const listed = reference.instruments.get(venueSymbol);
  return (
    listed?.symbol ?? formatSymbol({ base: venueSymbol, quote: quoteOf(venueSymbol, reference), type: 'perpetual' })
  );
}

/** The dex that a coin trades on: the prefix of a HIP-3 name, "" for the first dex. */
export function dexOf(coin: string): string {
  return /^([^:/]+):/.exec(coin)?.[1] ?? '';
}

/** The asset that a coin is quoted and settled in. */
export function quoteOf(coin: string, reference: Reference): string {
  return reference.quoteAssets.get(dexOf(coin)) ?? 'USDC';
}

/** Collateral tokens by their index in `spotMeta`, on the main network. */
const collateralTokens: Readonly<Record<number, string>> = { 0: 'USDC', 235: 'USDE', 268: 'USDT0', 360: 'USDH' };

/**
 * Remembers what the coins of a `meta` are quoted in: all coins of a dex share one collateral token. A token that is
 * not known here goes by its index, so that it is not taken for another.
 */
export function rememberQuote(meta: JsonObject, reference: Reference): void {
  const token = integerOf(meta.collateralToken);
  const coin = textOf(objectOf(arrayOf(meta.universe)?.[0])?.name);
  if (token !== null && coin !== null) {
    reference.quoteAssets.set(dexOf(coin), collateralTokens[token] ?? `TOKEN${token}`);
  }
}
