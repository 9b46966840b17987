import { formatSymbol } from '@feedlake/schema';
import type { Reference } from '../reference.ts';

const shape = /^(?!BNBUSD_)(.+?)(USDT|USDC|FDUSD|BUSD|USD1|BTC)(?:_(\d{6}))?$/;

/**
 * The unified symbol of a USD-M name: as listed, else read off the name (`BTCUSDT`, `BTCUSDT_260327`). Null for names
 * of other products, such as COIN-M's `BTCUSD_PERP` (and its `BNBUSD_210326`, which is none of BN in BUSD).
 */
export function symbolOf(venueSymbol: string, reference: Reference): string | null {
  const listed = reference.instruments.get(venueSymbol);
  if (listed !== undefined) return listed.symbol;
  const parts = shape.exec(venueSymbol);
  if (parts === null) return null;
  const [, base = '', quote = '', date] = parts;
  return date === undefined
    ? formatSymbol({ base, quote, type: 'perpetual' })
    : formatSymbol({ base, quote, type: 'future', expiry: `20${date}` });
}

/**
 * Whether a name among USD-M ones can't be read: its quote asset is new. COIN-M names (`BTCUSD_PERP`) are known not to be
 * ours.
 */
export function isUnknown(venueSymbol: unknown, reference: Reference): boolean {
  if (typeof venueSymbol !== 'string' || venueSymbol === '') return false;
  return symbolOf(venueSymbol, reference) === null && !/USD_(PERP|\d{6})$/.test(venueSymbol);
}

/** Whether a `contractType` is that of a perpetual; the others of continuous candles roll from contract to contract. */
export function isPerpetual(contractType: unknown): boolean {
  return contractType === 'PERPETUAL' || contractType === 'TRADIFI_PERPETUAL';
}

/** Whether a name is that of a dated future: those have no funding. */
export function isDated(venueSymbol: string): boolean {
  return /_\d{6}$/.test(venueSymbol);
}
