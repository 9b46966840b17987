import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanAndCompare } from '../../../support/scanned.ts';
import { ordinary, shapes } from './messages.ts';

test.each(shapes)(
  '$venue, $feed: what the venue sends is scanned, and gives the rows of the mapper',
  ({ venue, feed, parts }) => {
    fc.assert(
      fc.property(parts, (one) => {
        const text = ordinary(one);
        expect(scanAndCompare(venue, feed, Buffer.from(text), one.symbol), text).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  },
);
