import { decimalOfDouble, isDecimal, multiply } from '@feedlake/schema';
import { oneSide } from '../bybit/open-interest.ts';
import type { Mapping, Values } from '../mapping.ts';
import { type JsonObject, objectOf, textOf } from '../value.ts';
import type { Market } from './market.ts';
import type { Quirks } from './quirks.ts';
import { timeOfStructure } from './time.ts';

/** An open interest as an exchange told it, one side. */
export interface OpenInterest {
  /** Base units; null where it is not told in them. */
  readonly base: string | null;
  /** Quote units, as reported; null where not told in them. */
  readonly quote: string | null;
  /** Mark price of the same reply. */
  readonly mark: string | null;
}

/**
 * Reads ccxt's structure of an open interest, or of a ticker that holds one. ccxt does not say what its
 * `openInterestAmount` counts: contracts with one exchange, base units with another.
 * @returns what it says, or, as text, why that is not known.
 */
export type ReadOpenInterest = (structure: JsonObject, market: Market) => OpenInterest | string;

/** `openInterestAmount` is in base units, `openInterestValue` in quote units. */
export const inBaseUnits: ReadOpenInterest = ({ openInterestAmount, openInterestValue }) => ({
  base: textOf(openInterestAmount),
  quote: textOf(openInterestValue),
  mark: null,
});

/** `openInterestAmount` counts contracts. A value in dollars is one in quote units only where the quote is the dollar. */
export const inContracts: ReadOpenInterest = (structure, market) => {
  const mark = textOf(objectOf(structure.info)?.mark_price);
  const worth = product(textOf(structure.openInterestAmount), market.contractSize);
  return market.linear
    ? { base: worth, quote: inDollars(structure, market), mark }
    : { base: null, quote: worth, mark };
};

/** `baseVolume` is in base units, `openInterestValue` in dollars. */
export const inBaseVolumeField: ReadOpenInterest = (structure, market) => ({
  base: textOf(structure.baseVolume),
  quote: inDollars(structure, market),
  mark: null,
});

/** `openInterestValue` holds base units. */
export const baseInValueField: ReadOpenInterest = ({ openInterestValue }) => ({
  base: textOf(openInterestValue),
  quote: null,
  mark: null,
});

/** Base units; the mark price stands in the venue's own reply. */
export const withHyperliquidMark: ReadOpenInterest = ({ openInterestAmount, info }) => ({
  base: textOf(openInterestAmount),
  quote: null,
  mark: textOf(objectOf(info)?.markPx),
});

/** Bybit's own fields: the single side where told, else half; of inverse contracts `openInterest` is in quote units. */
export const withBybitSides: ReadOpenInterest = ({ info }, { linear }) => {
  const told = objectOf(info) ?? {};
  const amount = oneSide(told.singleOpenInterest, told.openInterest);
  const value = oneSide(told.singleOpenInterestValue, told.openInterestValue);
  const mark = textOf(told.markPrice);
  return linear ? { base: amount, quote: value, mark } : { base: value, quote: amount, mark };
};

/** Of an exchange that is not known closer: contracts of one base unit mean the same either way. */
const oneUnitContracts: ReadOpenInterest = ({ openInterestAmount }, { linear, contractSize }) =>
  linear && contractSize !== null && Number(contractSize) === 1
    ? { base: textOf(openInterestAmount), quote: null, mark: null }
    : 'ccxt does not tell whether it counts contracts or base units';

/** Whether base units can only be had with a mark price from elsewhere. */
export function needsMark(structure: JsonObject, market: Market, { openInterest = oneUnitContracts }: Quirks): boolean {
  const told = openInterest(structure, market);
  return typeof told === 'object' && told.base === null && told.quote !== null && told.mark === null;
}

/** How to turn a structure into a row, besides the structure and its market. */
export interface OpenInterestContext {
  readonly quirks: Quirks;
  /** Width of a history bucket; null for the present. */
  readonly periodSeconds: number | null;
  /** Mark price from another reply, where base units can't be told without; null = none. */
  readonly mark: string | null;
}

/** Adds the row of an open interest, or rejects it with the reason why there is none. */
export function mapOpenInterest(
  value: unknown,
  market: Market,
  { quirks, periodSeconds, mark }: OpenInterestContext,
  mapping: Mapping,
): void {
  const structure = objectOf(value) ?? {};
  const { venueSymbol } = market;
  const told = (quirks.openInterest ?? oneUnitContracts)(structure, market);
  const about = { dataset: 'open_interest', venue_symbol: venueSymbol } as const;
  if (typeof told === 'string') {
    mapping.reject(`open_interest of ${venueSymbol}: ${told}`, about);
    return;
  }
  const time = timeOfStructure(structure.timestamp);
  if (periodSeconds !== null && time === null) {
    mapping.reject(`open_interest of ${venueSymbol}: the bucket has no time`, about);
    return;
  }
  mapping.row('open_interest', venueSymbol, time, { ...valuesOf(told, mark), period_seconds: periodSeconds });
}

/** An inverse contract's worth in quote units is divided by the mark price: the quotient is rounded to a DOUBLE. */
function valuesOf(told: OpenInterest, otherMark: string | null): Values<'open_interest'> {
  const { quote } = told;
  const mark = told.mark ?? (told.base === null ? otherMark : null);
  const base = told.base ?? quotient(quote, mark);
  const value = quote ?? product(base, mark);
  const basis = quote === null ? 'mark' : 'reported';
  return {
    open_interest: base,
    open_interest_value: value,
    value_basis: value === null ? null : basis,
    mark_price: mark,
  };
}

function inDollars(structure: JsonObject, { parts }: Market): string | null {
  return parts.quote === 'USD' ? textOf(structure.openInterestValue) : null;
}

function product(a: string | null, b: string | null): string | null {
  return a !== null && b !== null && isDecimal(a) && isDecimal(b) ? multiply(a, b) : null;
}

function quotient(a: string | null, b: string | null): string | null {
  if (a === null || b === null || !isDecimal(a) || !(Number(b) > 0)) return null;
  return decimalOfDouble(Number(a) / Number(b));
}
