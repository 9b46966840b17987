import { half, isDecimal } from '@feedlake/schema';
import { textOf } from '../value.ts';

/**
 * One side of an open interest, or of its value. Bybit's `openInterest` and `openInterestValue` add up both sides;
 * since June 2026 `singleOpenInterest` and `singleOpenInterestValue` tell one. Without those it is exactly half of the
 * sum. A text that is no number is passed on, to be rejected.
 */
export function oneSide(single: unknown, bothSides: unknown): string | null {
  const told = textOf(single);
  if (told !== null) return told;
  const sum = textOf(bothSides);
  return sum !== null && isDecimal(sum) ? half(sum) : sum;
}
