import { half, multiply, plainDecimal } from '@feedlake/schema';

const number = /(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Every number that stands in a text, quoted or not, in plain form. */
export function numbersIn(text: string): Set<string> {
  return new Set([...text.matchAll(number)].map(([found]) => plainDecimal(found)));
}

/** The documented computations: half of a told number (Bybit's open interest of both sides), and the value at the mark price. */
export function isComputed(value: string, told: ReadonlySet<string>, column: string, row: object): boolean {
  if (column !== 'open_interest' && column !== 'open_interest_value') return false;
  if (told.has(multiply(value, '2'))) return true;
  const { open_interest, mark_price, value_basis } = row as Readonly<Record<string, string | undefined>>;
  if (value_basis !== 'mark' || open_interest === undefined || mark_price === undefined) return false;
  return value === multiply(open_interest, mark_price) || value === half(multiply(open_interest, mark_price));
}
