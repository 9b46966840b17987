import { decimalOfDouble, plainDecimal } from '@feedlake/schema';

/** A number with exactly so many decimals, `1.50`. */
export function fixed(value: number, decimals: number): string {
  return value.toFixed(decimals);
}

/** A whole number of units of `10 ** -decimals`, not negative, with exactly so many decimals. */
export function unitsText(units: number, decimals: number): string {
  if (decimals === 0) return String(units);
  const scale = 10 ** decimals;
  const whole = Math.floor(units / scale);
  return `${whole}.${String(units - whole * scale).padStart(decimals, '0')}`;
}

/** A number of at most so many decimals, without needless zeros, `1.5`. */
export function trimmed(value: number, decimals: number): string {
  return plainDecimal(value.toFixed(decimals));
}

/** A number of at most so many significant digits and at least one decimal, `65494.0`. */
export function significant(value: number, count: number): string {
  return withDecimal(decimalOfDouble(Number(value.toPrecision(count))));
}

/** The text with at least one decimal. */
export function withDecimal(text: string): string {
  return text.includes('.') ? text : `${text}.0`;
}

/** A decimal text with exactly so many decimals: longer ones are cut, shorter ones padded. */
export function cut(text: string, decimals: number): string {
  const [whole = '', fraction = ''] = plainDecimal(text).split('.');
  return decimals === 0 ? whole : `${whole}.${fraction.slice(0, decimals).padEnd(decimals, '0')}`;
}

/** The whole milliseconds of a time in microseconds. */
export function ms(micros: number): number {
  return Math.floor(micros / 1000);
}
