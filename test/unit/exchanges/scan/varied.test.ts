import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanAndCompare } from '../../../support/scanned.ts';
import { ordinary, shapes } from './messages.ts';
import { variations } from './varied.ts';

test.each(shapes)(
  '$venue, $feed: what is unlike it is scanned to the same rows, or not at all',
  ({ venue, feed, parts }) => {
    fc.assert(
      fc.property(variations(parts), ({ symbol, text }) => {
        scanAndCompare(venue, feed, Buffer.from(text), symbol);
      }),
      { numRuns: 700 },
    );
  },
);

test.each(shapes)(
  '$venue, $feed: bytes that were changed are scanned to the same rows, or not at all',
  ({ venue, feed, parts }) => {
    const mutation = fc.record({
      at: fc.nat(),
      kind: fc.constantFrom('replace', 'insert', 'delete', 'cut', 'repeat'),
      // Bytes that mean something in a message are tried more often.
      byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\,:.[]{}-+eE 019tfn\0'))),
    });
    fc.assert(
      fc.property(parts, fc.array(mutation, { minLength: 1, maxLength: 3 }), (one, mutations) => {
        const data = mutations.reduce(mutated, Buffer.from(ordinary(one)));
        scanAndCompare(venue, feed, data, one.symbol);
      }),
      { numRuns: 700 },
    );
  },
);

test.each(shapes)('$venue, $feed: a message that ends early is not scanned', ({ venue, feed, parts }) => {
  fc.assert(
    fc.property(parts, (one) => {
      const whole = Buffer.from(ordinary(one));
      // What was in place before is the rest of the message.
      scanAndCompare(venue, feed, whole, one.symbol);
      for (let length = 0; length < whole.length; length += 1) {
        expect(scanAndCompare(venue, feed, whole.subarray(0, length), one.symbol)).toBeNull();
      }
    }),
    { numRuns: 5 },
  );
});

function mutated(data: Buffer, { at, kind, byte }: { at: number; kind: string; byte: number }): Buffer {
  const place = at % (data.length + 1);
  const [before, after] = [data.subarray(0, place), data.subarray(place)];
  switch (kind) {
    case 'replace':
      return Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
    case 'insert':
      return Buffer.concat([before, Buffer.of(byte), after]);
    case 'delete':
      return Buffer.concat([before, after.subarray(1)]);
    case 'cut':
      return Buffer.from(before);
    default:
      return Buffer.concat([before, after.subarray(0, byte), after]);
  }
}
