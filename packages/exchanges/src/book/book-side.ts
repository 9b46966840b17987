import { plainDecimal } from '@feedlake/schema';

/** Price and size of a level, as exact decimals in plain form. */
export type BookLevel = readonly [price: string, size: string];

/** One side of a book. Levels are told apart by the value of their price, however a venue writes it. */
export class BookSide {
  readonly #sizes = new Map<string, string>();

  /** A size of 0 removes the level. */
  set(price: string, size: string): void {
    const key = plainDecimal(price);
    const quantity = plainDecimal(size);
    if (quantity === '0' || quantity === '-0') this.#sizes.delete(key);
    else this.#sizes.set(key, quantity);
  }

  clear(): void {
    this.#sizes.clear();
  }

  /** The levels by their price: `up` from the lowest, `down` from the highest. */
  levels(direction: 'up' | 'down'): BookLevel[] {
    const sign = direction === 'up' ? 1 : -1;
    return [...this.#sizes].sort(([a], [b]) => sign * compare(a, b));
  }
}

/** Compares plain decimals above zero by their value; those that a double can't tell apart by their digits. */
function compare(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (difference !== 0 || a === b) return difference;
  const [wholeA = '', fractionA = ''] = a.split('.');
  const [wholeB = '', fractionB = ''] = b.split('.');
  if (wholeA.length !== wholeB.length) return wholeA.length - wholeB.length;
  return wholeA + fractionA < wholeB + fractionB ? -1 : 1;
}
