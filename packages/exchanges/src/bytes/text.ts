import { byteAt, nowhere, wordAt } from './message.ts';

const quote = 0x22;
const backslash = 0x5c;

/**
 * Scans the rest of a JSON text, from inside it to the quote behind it: printable ASCII without escapes, which stands
 * for itself.
 */
export function scanText(at: number): number {
  let next = at;
  while (isPlain(wordAt(next))) next += 4;
  for (;;) {
    const byte = byteAt(next);
    if (byte === quote) return next + 1;
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return nowhere;
    next += 1;
  }
}

/** Whether none of four bytes ends a text or needs a closer look. A false alarm costs nothing but time. */
function isPlain(bytes: number): boolean {
  const quotes = bytes ^ 0x22222222;
  const backslashes = bytes ^ 0x5c5c5c5c;
  const alarms =
    (bytes - 0x20202020) | (bytes + 0x01010101) | (quotes - 0x01010101) | (backslashes - 0x01010101) | bytes;
  return (alarms & 0x80808080) === 0;
}
