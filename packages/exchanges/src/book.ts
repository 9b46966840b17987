import { datasets, faultOfValue } from '@feedlake/schema';
import type { Mapping, Values } from './mapping.ts';

/** One side of a book message: `[price, size]` texts per level, in any order. */
export type Levels = readonly (readonly [price: string | null, size: string | null])[];

/** What a book message says about its place in the sequence. */
export type Sequence = Pick<Values<'book_deltas'>, 'first_seq' | 'last_seq' | 'prev_seq' | 'cross_seq'>;

/**
 * Adds the levels of one book message as rows, the last of them marked. A snapshot without levels becomes a single row
 * without side, price and size, and so does a delta without levels that has a number: without it the numbers of those
 * around it would not join. Levels that are no numbers are rejected one by one.
 */
export function mapBook(
  mapping: Mapping,
  venueSymbol: unknown,
  time: number | null,
  book: { bids: Levels; asks: Levels; isSnapshot: boolean; sequence: Sequence },
): void {
  const { isSnapshot: is_snapshot, sequence } = book;
  const levels = [...sideOf(mapping, venueSymbol, 'bid', book.bids), ...sideOf(mapping, venueSymbol, 'ask', book.asks)];
  const says = is_snapshot || typeof sequence.last_seq === 'number';
  if (levels.length === 0 && says && book.bids.length + book.asks.length === 0) {
    mapping.row('book_deltas', venueSymbol, time, { ...sequence, is_snapshot, is_last: true });
  }
  levels.forEach((level, index) => {
    const is_last = index === levels.length - 1;
    mapping.row('book_deltas', venueSymbol, time, { ...level, ...sequence, is_snapshot, is_last });
  });
}

interface Level {
  side: 'bid' | 'ask';
  price: string;
  size: string;
}

function sideOf(mapping: Mapping, venueSymbol: unknown, side: 'bid' | 'ask', levels: Levels): Level[] {
  return levels.flatMap(([price, size]) => {
    if (price !== null && size !== null && isLevel(price, size)) return [{ side, price, size }];
    mapping.reject(`book_deltas of ${venueSymbol}: ${side} ${price} with size ${size} is no level`);
    return [];
  });
}

const { price: priceColumn, size: sizeColumn } = datasets.book_deltas.columns;

function isLevel(price: string, size: string): boolean {
  return faultOfValue(priceColumn, price) === null && faultOfValue(sizeColumn, size) === null;
}
