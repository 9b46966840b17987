import { identityOf } from '@feedlake/lake';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { negotiate } from '../../../packages/api/src/http/negotiate.ts';
import { readCursor, writeCursor } from '../../../packages/api/src/rows/cursor.ts';

describe('cursors', () => {
  const values = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const length = identityOf('trades').keyOf({}).length;
  const cursor = fc.record({
    exchange: fc.string(),
    asked: fc.option(fc.string(), { nil: null }),
    symbols: fc.option(fc.array(fc.string(), { maxLength: 3 }), { nil: null }),
    part: fc.option(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { nil: undefined }),
    from: fc.maxSafeInteger(),
    to: fc.maxSafeInteger(),
    position: fc.record({ time: fc.maxSafeInteger(), key: fc.array(values, { minLength: length, maxLength: length }) }),
  });

  it('come back as they were written, and can stand in an address', () => {
    fc.assert(
      fc.property(cursor, (one) => {
        const text = writeCursor('trades', one);
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(readCursor('trades', text)).toEqual(one);
        // The key of another dataset has another form, and each cursor says which it is of.
        expect(readCursor('candles', text)).toBeNull();
      }),
    );
  });

  it('are nothing when they are anything else', () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue().map(encode)), (text) => {
        expect(readCursor('trades', text)).toBeNull();
      }),
    );
    const good = [2, 'trades', 'binance', null, null, [], 0, 1, 0, Array.from({ length }, () => null)];
    expect(readCursor('trades', encode(good))).not.toBeNull();
    for (const [index, wrong] of [
      [0, 1],
      [1, 'raw'],
      [4, 'all'],
      [5, [1, 2]],
      [5, [{}]],
      [6, 1.5],
      [8, '0'],
      [9, [1]],
      [9, [{}]],
    ] as const) {
      expect(readCursor('trades', encode((good as unknown[]).with(index, wrong)))).toBeNull();
    }
  });
});

describe('negotiation', () => {
  const offered = ['application/json', 'text/csv'] as const;

  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV;charset=utf-8', 'text/csv'],
    ['text/*', 'text/csv'],
    ['application/json;q=0.1, text/csv;q=0.2', 'text/csv'],
    ['text/csv;q=0, */*', 'application/json'],
    ['application/*;q=0.2, application/json;q=0.1, text/csv;q=0.15', 'text/csv'],
    ['image/png', null],
    ['application/json;q=0', null],
    ['application/json;q=x', null],
    ['json', null],
  ])('of %s takes %s', (accept, type) => {
    expect(negotiate(accept, offered)).toBe(type);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), (accept) => {
        expect([null, ...offered]).toContain(negotiate(accept, offered));
      }),
    );
  });
});
