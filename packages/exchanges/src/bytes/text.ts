import { message, nowhere } from './message.ts';

const { bytes, view } = message;

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;

/** Scans a JSON text of printable ASCII without escapes, which stands for itself. Its quotes are scanned with it. */
export function scanText(at: number): number {
  return bytes[at] === quote ? scanRest(at + 1) : nowhere;
}

/** Scans what is left of such a text, with the quote behind it. */
export function scanRest(at: number): number {
  let next = at;
  while (isPlain(view.getInt32(next, true))) next += 4;
  for (;;) {
    const byte = bytes[next] as number;
    if (byte === quote) return next + 1;
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return nowhere;
    next += 1;
  }
}

/**
 * Whether none of four bytes ends a text or asks for a closer look: each term has the highest bit of a byte set where
 * that byte is below 0x20, above 0x7e, a quote or a backslash. Borrows may raise a false alarm in the bytes above.
 */
function isPlain(word: number): boolean {
  const quotes = (word ^ 0x22222222) - 0x01010101;
  const backslashes = (word ^ 0x5c5c5c5c) - 0x01010101;
  return (((word - 0x20202020) | (word + 0x01010101) | quotes | backslashes | word) & 0x80808080) === 0;
}

/** Scans a JSON text that is this name, in ASCII without escapes. */
export function scanName(at: number, name: Uint8Array): number {
  if (bytes[at] !== quote) return nowhere;
  const { length } = name;
  const first = at + 1;
  for (let index = 0; index < length; index += 1) {
    if (bytes[first + index] !== name[index]) return nowhere;
  }
  return bytes[first + length] === quote ? first + length + 1 : nowhere;
}

/** Scans an array of texts such as {@link scanText} takes, which may be empty. */
export function scanTexts(at: number): number {
  if (bytes[at] !== openBracket) return nowhere;
  if (bytes[at + 1] === closeBracket) return at + 2;
  let next = scanText(at + 1);
  while (bytes[next] === comma) next = scanText(next + 1);
  return bytes[next] === closeBracket ? next + 1 : nowhere;
}
