import { parseJson, plainDecimal } from '@feedlake/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const number = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
    fc.integer({ min: 0, max: 25 }),
    fc.integer({ min: -9, max: 9 }),
  )
  .map(([whole, places, exponent]) => {
    const fraction = places === 0 ? '' : `.${'7'.repeat(places)}`;
    return `${whole}${fraction}${exponent === 0 ? '' : `e${exponent}`}`;
  });

test('no digit of a number is lost, wherever it stands', () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      const value = parseJson(`{"a":${a},"b":[ ${b}, {"c": ${a}}],"text":"${a}"}`) as {
        a: unknown;
        b: [unknown, { c: unknown }];
      };
      expect(plainDecimal(String(value.a))).toBe(plainDecimal(a));
      expect(plainDecimal(String(value.b[0]))).toBe(plainDecimal(b));
      expect(plainDecimal(String(value.b[1].c))).toBe(plainDecimal(a));
    }),
    { numRuns: 5000 },
  );
});

test('values that a double holds stay what JSON.parse makes of them', () => {
  const text = '{"a":1.10,"b":1e-7,"c":null,"d":true,"e":"12345678901234567890","f":[]}';
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test('a number that underflows keeps its text', () => {
  expect(parseJson('[1e-400]')).toEqual(['1e-400']);
});

test('a body that is only a number is one', () => {
  expect(parseJson('1790133798064')).toBe(1790133798064);
  expect(parseJson('12345678901234567890')).toBe('12345678901234567890');
});

test('what is no JSON is a SyntaxError', () => {
  expect(() => parseJson('{"a":12345678901234567890')).toThrow(SyntaxError);
  expect(() => parseJson('<html>')).toThrow(SyntaxError);
});
