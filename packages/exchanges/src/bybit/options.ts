import * as z from 'zod';

/** Levels a side of the books that Bybit streams of linear contracts ("Orderbook"); the deeper, the slower. */
export const options = z.strictObject({
  book_depth: z
    .literal([1, 50, 200, 1000])
    .default(200)
    .describe('Levels a side of order books: 1 comes every 10 ms, 50 every 20 ms, 200 every 100 ms, 1000 every 200 ms'),
});
