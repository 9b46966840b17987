import { formatSymbol } from '@feedlake/schema';
import type { Reference } from '../reference.ts';

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const perpetual = /^([^-/\s]+)(USDT|PERP)$/;
const dated = /^([^-/\s]+?)(USDT|USD)?-(\d{1,2})([A-Z]{3})(\d{2})$/;

/**
 * The unified symbol of a linear contract: as listed, else read off the name. `BTCUSDT` is quoted in USDT and `BTCPERP`
 * in USDC; so are the dated `BTCUSDT-27MAR26` and `BTC-27MAR26`. Null for options and inverse contracts.
 * Names: Bybit v5, "Enums Definitions", symbol.
 */
export function symbolOf(venueSymbol: string, reference: Reference): string | null {
  const listed = reference.instruments.get(venueSymbol);
  if (listed !== undefined) return listed.symbol;
  const [, base, suffix] = perpetual.exec(venueSymbol) ?? [];
  if (base !== undefined) return formatSymbol({ base, quote: suffix === 'USDT' ? 'USDT' : 'USDC', type: 'perpetual' });
  const expiry = expiryOf(venueSymbol);
  const [, underlying = '', quote = 'USDC'] = dated.exec(venueSymbol) ?? [];
  return expiry === null || quote === 'USD' ? null : formatSymbol({ base: underlying, quote, type: 'future', expiry });
}

/** The day on which a dated future expires, `YYYYMMDD`, read off its name; null when the name has no date at its end. */
export function expiryOf(venueSymbol: string): string | null {
  const [, , , day = '', name = '', year] = dated.exec(venueSymbol) ?? [];
  const month = months.indexOf(name) + 1;
  return month === 0 ? null : `20${year}${String(month).padStart(2, '0')}${day.padStart(2, '0')}`;
}
