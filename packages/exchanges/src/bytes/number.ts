import { message, nowhere } from './message.ts';

/**
 * Numbers are read without loss. A decimal is a whole number below 2^53 over a power of ten up to 10^22: both are exact
 * as DOUBLEs, so that dividing them rounds once, to the DOUBLE nearest to the text, which is what `Number` gives for it
 * (Clinger, "How to read floating point numbers accurately", 1990).
 *
 * What was scanned is left in numbered slots: a function that returned it would have to allocate it.
 */

const { bytes, view } = message;

const values = new Float64Array(64);

/** Slots that are no member's: members of an object have those below. */
export const ownSlots = 32;

/** The number that was last scanned into a slot. */
export function numberIn(slot: number): number {
  return values[slot] as number;
}

const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const mostSignificant = 15;

const quote = 0x22;
const point = 0x2e;
const zero = 0x30;

/**
 * Scans a decimal in quotes, from its first digit to the quote behind it: without sign or exponent, without needless
 * zeros in front, with digits on both sides of a point, of at most 15 significant digits.
 */
export function scanDecimal(at: number, slot: number): number {
  let digits = (bytes[at] as number) - zero;
  if (digits >>> 0 > 9) return nowhere;
  let next = at + 1;
  let digit = (bytes[next] as number) - zero;
  if (digits !== 0) {
    while (digit >>> 0 <= 9) {
      digits = (digits * 10 + digit) | 0;
      next += 1;
      digit = (bytes[next] as number) - zero;
    }
  }
  // Nine digits fit into 32 bits.
  let most = 9;
  let decimals = 0;
  if (digit === point - zero) {
    const first = next + 1;
    for (next = first; ; next += 1) {
      digit = (bytes[next] as number) - zero;
      if (digit >>> 0 > 9) break;
      digits = (digits * 10 + digit) | 0;
    }
    most = 10;
    decimals = next - first;
    if (decimals === 0) return nowhere;
  }
  if (digit !== quote - zero) return nowhere;
  if (next - at > most) return readLong(at, next, decimals, slot);
  values[slot] = digits / (powersOfTen[decimals] as number);
  return next + 1;
}

/** Reads a decimal of many digits, whose shape has been checked. */
function readLong(start: number, end: number, decimals: number, slot: number): number {
  if (decimals >= powersOfTen.length) return nowhere;
  let significant = 0;
  let digits = 0;
  for (let next = start; next < end; next += 1) {
    const digit = (bytes[next] as number) - zero;
    if (digit === point - zero || (digit === 0 && significant === 0)) continue;
    significant += 1;
    if (significant > mostSignificant) return nowhere;
    digits = digits * 10 + digit;
  }
  values[slot] = digits / (powersOfTen[decimals] as number);
  return end + 1;
}

/** Scans a JSON number that is whole, not negative and below 2^53. */
export function scanWhole(at: number, slot: number): number {
  const first = view.getInt32(at, true) ^ 0x30303030;
  const second = view.getInt32(at + 4, true) ^ 0x30303030;
  // Nearly all have more than eight digits: they are times, ids and sequences.
  if ((strangers(first) | strangers(second)) !== 0 || (first & 0xff) === 0) return scanShort(at, slot);
  let next = at + 8;
  let low = 0;
  let digit = (bytes[next] as number) - zero;
  while (digit >>> 0 <= 9) {
    low = (Math.imul(low, 10) + digit) | 0;
    next += 1;
    digit = (bytes[next] as number) - zero;
  }
  const lowDigits = next - at - 8;
  if (lowDigits > 8) return nowhere;
  const high = Math.imul(fourDigits(first), 10_000) + fourDigits(second);
  const value = high * (powersOfTen[lowDigits] as number) + low;
  if (value > Number.MAX_SAFE_INTEGER) return nowhere;
  values[slot] = value;
  return next;
}

/** Scans such a number of at most eight digits. */
export function scanShort(at: number, slot: number): number {
  let next = at;
  let digits = 0;
  let digit = (bytes[next] as number) - zero;
  while (digit >>> 0 <= 9) {
    digits = (Math.imul(digits, 10) + digit) | 0;
    next += 1;
    digit = (bytes[next] as number) - zero;
  }
  const count = next - at;
  if (count === 0 || count > 8 || (count > 1 && bytes[at] === zero)) return nowhere;
  values[slot] = digits;
  return next;
}

/** Not 0 where one of four bytes, with the bits of `0` turned over, is no digit. */
function strangers(word: number): number {
  return ((word + 0x76767676) | word) & 0x80808080;
}

/** The number that four digits make; the lowest byte is the first of them. */
function fourDigits(word: number): number {
  const pairs = Math.imul(word, 10) + (word >>> 8);
  return Math.imul(pairs & 0xff, 100) + ((pairs >>> 16) & 0xff);
}
