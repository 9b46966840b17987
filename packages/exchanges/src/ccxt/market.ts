import { isDecimal, isoDate, multiply, type SymbolParts } from '@feedlake/schema';
import type { Mapping } from '../mapping.ts';
import { integerOf, type JsonObject, msTime, objectOf, textOf } from '../value.ts';
import type { Quirks } from './quirks.ts';

/** A perpetual or a dated future out of ccxt's list of markets. */
export interface Market {
  /** ccxt's own symbol: `BTC/USDT:USDT`. */
  readonly symbol: string;
  readonly venueSymbol: string;
  readonly parts: SymbolParts & { readonly type: 'perpetual' | 'future' };
  /** False: an inverse contract, settled in its base asset. */
  readonly linear: boolean;
  readonly settle: string;
  /** What one contract stands for: base units of a linear one, quote units of an inverse one; null = not told. */
  readonly contractSize: string | null;
  /** ccxt's structure. */
  readonly structure: JsonObject;
}

/**
 * Reads one of ccxt's market structures.
 * @returns the market; null for spot, options and contracts that settle in a third asset; or, as text, why it can't be
 * used.
 */
export function marketOf(value: unknown, quirks: Quirks): Market | string | null {
  const structure = objectOf(value) ?? {};
  const { type } = structure;
  if (type !== 'swap' && type !== 'future') return null;
  const info = objectOf(structure.info);
  const symbol = textOf(structure.symbol);
  const name = quirks.nameField === undefined ? textOf(structure.id) : textOf(info?.[quirks.nameField]);
  const base = quirks.nameField === undefined ? textOf(structure.base) : name;
  const quote = textOf(structure.quote);
  const settle = textOf(structure.settle);
  if (symbol === null || name === null || base === null || quote === null || settle === null) {
    return `instruments of ${name ?? symbol}: name, base, quote or settlement asset is missing`;
  }
  const linear = structure.linear === true;
  if (!linear && settle !== textOf(structure.base)) return null;
  const expiry = type === 'swap' ? null : msTime(structure.expiry);
  if (type === 'future' && expiry === null) return `instruments of ${name}: the expiry is missing`;
  const parts =
    expiry === null
      ? { base, quote, type: 'perpetual' as const }
      : { base, quote, type: 'future' as const, expiry: isoDate(expiry).replaceAll('-', '') };
  const contractSize = textOf(structure.contractSize);
  return { symbol, venueSymbol: name, parts, linear, settle, contractSize, structure };
}

/** ccxt's `TICK_SIZE`: precisions are steps. In its other modes they are counts of digits. */
const steps = 4;

/** Adds the instrument, and remembers it as reference. */
export function mapInstrument(market: Market, precisionMode: unknown, quirks: Quirks, mapping: Mapping): void {
  const { venueSymbol, parts, linear, settle, contractSize, structure } = market;
  const precision = precisionMode === steps ? objectOf(structure.precision) : null;
  const amountStep = textOf(precision?.amount);
  const isKnownSize = linear && contractSize !== null && isDecimal(contractSize);
  mapping.instrument(venueSymbol, parts, {
    settle,
    contract_size: linear ? contractSize : null,
    price_tick: quirks.assumedTick ? null : textOf(precision?.price),
    size_step: isKnownSize && amountStep !== null && isDecimal(amountStep) ? multiply(amountStep, contractSize) : null,
    funding_interval_seconds: null,
    status: structure.active === false ? 'inactive' : 'trading',
    listed_time: msTime(integerOf(structure.created)),
    expiry_time: parts.type === 'future' ? msTime(structure.expiry) : null,
  });
}
