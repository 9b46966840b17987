import type { Levels } from './book.ts';
import { arrayOf, textOf } from './value.ts';

/** Levels written as `[price, size]` arrays; null when the value is no array. */
export function levelsOf(value: unknown): Levels | null {
  return arrayOf(value)?.map((level) => [textOf(arrayOf(level)?.[0]), textOf(arrayOf(level)?.[1])] as const) ?? null;
}
