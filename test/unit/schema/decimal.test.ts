import { decimalOfDouble, half, isDecimal, multiply, plainDecimal, survivesDouble } from '@feedlake/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${length}}$`));
/** Decimal texts as venues may write them: signs, leading and trailing zeros, exponents. */
const decimals = fc
  .tuple(fc.constantFrom('', '-', '+'), digits(25), fc.option(digits(25)), fc.option(fc.integer({ min: -30, max: 30 })))
  .map(([sign, whole, fraction, exponent]) =>
    [sign, whole, fraction === null ? '' : `.${fraction}`, exponent === null ? '' : `e${exponent}`].join(''),
  );

test('a text that survives a DOUBLE comes back the same from it, and one that does not survive does not', () => {
  fc.assert(
    fc.property(decimals, (text) => {
      expect(survivesDouble(text)).toBe(decimalOfDouble(Number(text)) === plainDecimal(text));
    }),
    { numRuns: 20_000 },
  );
});

test('fifteen significant digits always survive', () => {
  fc.assert(
    fc.property(digits(15), fc.integer({ min: 0, max: 15 }), (text, point) => {
      const decimal = `${text.slice(0, point) || '0'}.${text.slice(point) || '0'}`;
      expect(survivesDouble(decimal)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test('the plain form keeps the value and has no exponent and no needless zero', () => {
  fc.assert(
    fc.property(decimals, (text) => {
      const plain = plainDecimal(text);
      expect(plain).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      expect(plainDecimal(plain)).toBe(plain);
      expect(Number(plain)).toBe(Number(text));
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['1.50e2', '150'],
  ['1e-7', '0.0000001'],
  ['-0.000', '-0'],
  ['00.10', '0.1'],
  ['+5.0', '5'],
  ['12345678901234567890.10', '12345678901234567890.1'],
])('%s is %s', (text, plain) => expect(plainDecimal(text)).toBe(plain));

test('sixteen digits without a point are not taken for safe', () => {
  expect(survivesDouble('9007199254740993')).toBe(false);
  expect(survivesDouble('9007199254740992')).toBe(true);
});

test('products and halves are exact', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt(), (a, b) => {
      expect(multiply(String(a), String(b))).toBe(plainDecimal(String(a * b)));
      expect(multiply(half(String(a)), '2')).toBe(plainDecimal(String(a)));
    }),
  );
  expect(half('797657.13')).toBe('398828.565');
  expect(multiply('0.1', '0.2')).toBe('0.02');
});

test.each(['', ' ', 'abc', 'NaN', 'Infinity', '0x10', '1,5', '1.2.3', '1e400', '--1', '1_000', '1e', '.', '.5'])(
  '%j is no decimal',
  (text) => expect(isDecimal(text)).toBe(false),
);
