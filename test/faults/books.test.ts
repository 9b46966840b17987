import { type BookRow, bookAt, nativeAdapters } from '@feedlake/exchanges';
import { plainDecimal } from '@feedlake/schema';
import { type VenueId, venueIds } from '@feedlake/simulator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Recording, symbols } from './recording.ts';

/** Random moments, over all venues and instruments. */
const moments = 1_000;

/** So many levels of a side come in whole books of streams. */
const depth: Readonly<Record<VenueId, number>> = { binance: 1000, bybit: 200, hyperliquid: 20, backpack: 1000 };

test.each(venueIds)('%s: books rebuilt from the lake are those of the exchange, at random moments', async (venue) => {
  await using recording = await Recording.start({ venue, channels: ['book_deltas'] });
  await recording.pass(15);
  const from = recording.clock.now();
  // Some of it is lost: what is rebuilt afterwards joins a new snapshot.
  await recording.simulator.faults.add({ kind: 'sequence-jump', venue, times: 2, after: 20 });
  await recording.pass(25);
  const to = recording.clock.now();
  await recording.stop();
  const rows = await recording.rows('book_deltas');
  const books = nativeAdapters[venue]?.streams.books;
  if (books === undefined) throw new TypeError(`${venue} keeps no books`);
  let known = 0;
  let unknown = 0;
  for (const symbol of symbols[venue]) {
    const own = rows.filter((row) => row.venue_symbol === symbol) as unknown as BookRow[];
    const times = fc.sample(fc.integer({ min: from, max: to - 1 }), { seed: 7, numRuns: moments / 8 });
    for (const time of times) {
      const rebuilt = bookAt(own, time, books);
      if (!rebuilt.known) {
        unknown += 1;
        continue;
      }
      known += 1;
      const moment = rebuilt.lastSeq === null ? { time: rebuilt.changedAt ?? time } : { sequence: rebuilt.lastSeq };
      const theirs = recording.simulator.book(venue, symbol, moment);
      expect(rebuilt.changedAt ?? 0).toBeLessThanOrEqual(time);
      for (const side of ['bids', 'asks'] as const) {
        const expected = theirs[side]
          .slice(0, depth[venue])
          .map(([price, size]) => [plainDecimal(price), plainDecimal(size)]);
        expect(rebuilt[side], `${symbol} ${side} at ${time}`).toEqual(expected);
      }
    }
  }
  expect(known).toBeGreaterThan(moments / 8);
  // Hyperliquid numbers nothing, so nothing tells that a book is missing but the ledger.
  if (venue === 'hyperliquid') expect(unknown).toBe(0);
  else expect(unknown).toBeGreaterThan(0);
});
