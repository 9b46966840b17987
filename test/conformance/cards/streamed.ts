import { expect } from 'vitest';
import type { PlainRow } from '../rows.ts';
import { type Card, doesNotApply, fixtureCard, proven, read, readAll } from './card.ts';

const sequenceColumns = ['first_seq', 'last_seq', 'prev_seq', 'cross_seq'];

/** Trades, liquidations, books, tickers and candles. */
export const streamedCards: readonly Card[] = [
  fixtureCard(
    'C09',
    "a trade's side is the aggressor",
    (venue) => venue.trades,
    (rows) => {
      expect(new Set(rows.map(({ side }) => side))).toEqual(new Set(['buy', 'sell']));
      expect(new Set(rows.map(({ trade_id }) => trade_id)).size).toBe(rows.length);
    },
  ),
  fixtureCard(
    'C10',
    'trades off the book are kept and flagged',
    (venue) => venue.offBook,
    (rows) => expect(new Set(rows.map(({ off_book }) => off_book))).toEqual(new Set([true, false])),
  ),
  fixtureCard(
    'C11',
    "a liquidation's side is the position, its venue side the venue's own, and equals are counted",
    (venue) => venue.liquidations,
    (rows, { adapter }) => {
      const sides = new Set(rows.map(({ side }) => side));
      const ordinals = new Set(rows.map(({ ordinal }) => ordinal));
      for (const { venue_side } of rows) expect(venue_side).toBeDefined();
      if (adapter.id === 'backpack') {
        expect([sides, ordinals], 'undocumented side, one order a message').toEqual([
          new Set([undefined]),
          new Set([0]),
        ]);
      } else {
        expect(sides).toEqual(new Set(['long', 'short']));
        expect(ordinals.size).toBeGreaterThan(1);
      }
    },
  ),
  {
    number: 'C12',
    title: 'books: snapshots replace, deltas change, the last row of a message is marked, an empty message is one row',
    judge(venue) {
      const { snapshots, emptySnapshot, deltas, emptyDelta } = venue.book;
      for (const fixture of snapshots) checkBook(readAll(venue, [fixture]), true);
      const [empty, ...more] = readAll(venue, [emptySnapshot]);
      expect(more).toEqual([]);
      expect(empty).toMatchObject({ dataset: 'book_deltas', is_snapshot: true, is_last: true });
      for (const column of ['side', 'price', 'size']) expect(empty?.[column]).toBeUndefined();
      if (doesNotApply(deltas)) proven(deltas);
      else for (const fixture of deltas) checkBook(readAll(venue, [fixture]), false);
      if (doesNotApply(emptyDelta)) proven(emptyDelta);
      else {
        const [nothing, ...others] = readAll(venue, [emptyDelta]);
        expect(others).toEqual([]);
        expect(nothing).toMatchObject({ dataset: 'book_deltas', is_snapshot: false, is_last: true });
        expect(nothing?.last_seq).toEqual(expect.any(Number));
        for (const column of ['side', 'price', 'size']) expect(nothing?.[column]).toBeUndefined();
      }
      return null;
    },
  },
  {
    number: 'C13',
    title: 'books carry the sequence numbers of the venue, and no others',
    judge(venue) {
      const told = doesNotApply(venue.sequences) ? [] : venue.sequences;
      const deltas = doesNotApply(venue.book.deltas) ? [] : venue.book.deltas;
      const fixtures = deltas.length > 0 ? deltas : venue.book.snapshots;
      for (const row of fixtures.flatMap((fixture) => read(venue, fixture).rows)) {
        expect(sequenceColumns.filter((column) => row[column] !== undefined)).toEqual(told);
      }
      return doesNotApply(venue.sequences) ? proven(venue.sequences) : null;
    },
  },
  fixtureCard(
    'C14',
    'a ticker tells what its message tells and no more',
    (venue) => venue.tickers,
    (rows) => {
      expect(rows).not.toEqual([]);
      for (const { dataset } of rows) expect(dataset).toBe('tickers');
    },
  ),
  fixtureCard(
    'C15',
    'a candle is keyed by its open time, has a width, and says whether it is closed',
    (venue) => venue.candles,
    (rows) => {
      expect(new Set(rows.map(({ closed }) => closed))).toEqual(new Set([true, false]));
      for (const { ts_event, open_time, interval_seconds } of rows) {
        expect(ts_event).toBe(open_time);
        expect(interval_seconds).toBeGreaterThan(0);
      }
    },
  ),
];

function checkBook(rows: readonly PlainRow[], isSnapshot: boolean): void {
  expect(new Set(rows.map(({ side }) => side))).toEqual(new Set(['bid', 'ask']));
  expect(rows.map(({ is_last }) => is_last)).toEqual(rows.map((_row, index) => index === rows.length - 1));
  for (const { is_snapshot } of rows) expect(is_snapshot).toBe(isSnapshot);
  if (!isSnapshot) expect(rows.some(({ size }) => Number(size) === 0)).toBe(true);
}
