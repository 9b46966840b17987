import { formatSymbol, type SymbolParts } from '@feedlake/schema';

/** Base names may hold dots and underscores: `AAPL.US_USDC_PERP`. Spot (`BTC_USDC`) and `IPERP` names do not fit. */
const shape = /^(.+)_([A-Z0-9]+)_(PERP|\d{6}|\d{8})$/;

/** What a market's name says: perpetuals end in `_PERP`, dated futures in their date. Null for other products. */
export function partsOf(venueSymbol: string): SymbolParts | null {
  const parts = shape.exec(venueSymbol);
  if (parts === null) return null;
  const [, base = '', quote = '', last = ''] = parts;
  if (last === 'PERP') return { base, quote, type: 'perpetual' };
  return { base, quote, type: 'future', expiry: last.length === 6 ? `20${last}` : last };
}

/** The unified symbol of a market: `kPEPE_USDC_PERP` is `kPEPE-USDC-PERP`. Null when it is no instrument of ours. */
export function symbolOf(venueSymbol: string): string | null {
  const parts = partsOf(venueSymbol);
  return parts === null ? null : formatSymbol(parts);
}
