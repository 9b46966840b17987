/**
 * Randomness without state: every value is a pure function of a key and a position, so that the past can be asked for
 * in any order and is always the same.
 */

/** A 32-bit key from a text (FNV-1a, then mixed). */
export function keyOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return scramble(hash);
}

/** A 32-bit number whose bits all depend on all bits of the given one. */
export function scramble(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A number in [0, 1) for a position (any whole number that a double holds). */
export function uniform(key: number, position: number): number {
  const high = Math.floor(position / 0x1_0000_0000);
  const low = position - high * 0x1_0000_0000;
  return scramble(scramble(key ^ Math.imul(low, 0x9e3779b1)) ^ Math.imul(high + 1, 0x27d4eb2f)) / 0x1_0000_0000;
}

/** A continuous curve in [-1, 1] that wanders with the given period; time and period in microseconds. */
export function wander(key: number, time: number, period: number): number {
  const step = Math.floor(time / period);
  const part = time / period - step;
  const weight = part * part * (3 - 2 * part);
  return 2 * (uniform(key, step) * (1 - weight) + uniform(key, step + 1) * weight) - 1;
}

/** So many decimal digits as text; the last one is not 0. */
export function digits(key: number, position: number, count: number): string {
  let text = '';
  for (let i = 0; i < count; i += 1) text += Math.floor(uniform(key + i, position) * (i === count - 1 ? 9 : 10));
  return text === '' ? '' : `${text.slice(0, -1)}${Number(text.at(-1)) + 1}`;
}
