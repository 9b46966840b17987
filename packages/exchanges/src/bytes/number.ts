import { byteAt, nowhere, wordAt } from './message.ts';

/**
 * Numbers are read without loss. A decimal is a whole number below 2^53 over a power of ten of at most 10^22: both are
 * exact as DOUBLEs, so that dividing rounds once, to the DOUBLE nearest to the text, which is what `Number` gives
 * (Clinger, "How to read floating point numbers accurately", 1990).
 *
 * What was read stands in numbered slots until the next message.
 */

const values = new Float64Array(64);

/** The number in a slot. */
export function numberIn(slot: number): number {
  return values[slot] as number;
}

const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const mostSignificant = 15;

const quote = 0x22;
const point = 0x2e;
const zero = 0x30;
const zeros = 0x30303030;

/**
 * Scans a decimal in quotes, without sign or exponent, without needless zeros in front, of at most 15 significant
 * digits.
 */
export function scanDecimal(at: number, slot: number): number {
  if (byteAt(at) !== quote) return nowhere;
  const start = at + 1;
  let digits = byteAt(start) - zero;
  if (digits >>> 0 > 9) return nowhere;
  let next = start + 1;
  let digit = byteAt(next) - zero;
  if (digits !== 0) {
    while (digit >>> 0 <= 9) {
      digits = (Math.imul(digits, 10) + digit) | 0;
      next += 1;
      digit = byteAt(next) - zero;
    }
  }
  let decimals = 0;
  let count = next - start;
  if (digit === point - zero) {
    const first = next + 1;
    next = first;
    digit = byteAt(next) - zero;
    while (digit >>> 0 <= 9) {
      digits = (Math.imul(digits, 10) + digit) | 0;
      next += 1;
      digit = byteAt(next) - zero;
    }
    decimals = next - first;
    if (decimals === 0) return nowhere;
    count += decimals;
  }
  if (digit !== quote - zero) return nowhere;
  // Nine digits fit into 32 bits.
  if (count > 9) return readLong(start, next, decimals, slot);
  values[slot] = digits / (powersOfTen[decimals] as number);
  return next + 1;
}

/** Reads a decimal of many digits, whose shape is known to be right. */
function readLong(start: number, end: number, decimals: number, slot: number): number {
  if (decimals > 22) return nowhere;
  let significant = 0;
  let high = 0;
  let low = 0;
  let scale = 0;
  for (let next = start; next < end; next += 1) {
    const digit = byteAt(next) - zero;
    if (digit === point - zero || (significant === 0 && digit === 0)) continue;
    significant += 1;
    if (significant > mostSignificant) return nowhere;
    if (significant <= 9) high = high * 10 + digit;
    else {
      low = low * 10 + digit;
      scale += 1;
    }
  }
  values[slot] = (high * (powersOfTen[scale] as number) + low) / (powersOfTen[decimals] as number);
  return end + 1;
}

/** Scans a JSON number that is whole, not negative, and below 2^53. */
export function scanWhole(at: number, slot: number): number {
  const first = wordAt(at) ^ zeros;
  const second = wordAt(at + 4) ^ zeros;
  // Times, ids and sequences have more than eight digits.
  if ((notDigits(first) | notDigits(second)) !== 0 || (first & 0xff) === 0) return scanFew(at, slot);
  const high = Math.imul(fourDigits(first), 10_000) + fourDigits(second);
  let low = 0;
  let next = at + 8;
  let digit = byteAt(next) - zero;
  while (digit >>> 0 <= 9) {
    low = (Math.imul(low, 10) + digit) | 0;
    next += 1;
    digit = byteAt(next) - zero;
  }
  const scale = next - at - 8;
  if (scale > 8) return nowhere;
  const value = high * (powersOfTen[scale] as number) + low;
  if (value > Number.MAX_SAFE_INTEGER) return nowhere;
  values[slot] = value;
  return next;
}

/** Scans a whole number of at most eight digits. */
function scanFew(at: number, slot: number): number {
  let digits = 0;
  let next = at;
  let digit = byteAt(next) - zero;
  while (digit >>> 0 <= 9) {
    digits = (Math.imul(digits, 10) + digit) | 0;
    next += 1;
    digit = byteAt(next) - zero;
  }
  const count = next - at;
  if (count === 0 || count > 8 || (count > 1 && byteAt(at) === zero)) return nowhere;
  values[slot] = digits;
  return next;
}

/** Not 0 where one of four bytes, from which `0` was taken, is no digit. */
function notDigits(bytes: number): number {
  return ((bytes + 0x76767676) | bytes) & 0x80808080;
}

/** The number that four digits make, the first one in the lowest byte. */
function fourDigits(bytes: number): number {
  const pairs = Math.imul(bytes, 10) + (bytes >>> 8);
  return Math.imul(pairs & 0xff, 100) + ((pairs >>> 16) & 0xff);
}
