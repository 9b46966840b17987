import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextVector } from '../../../packages/lake/src/parquet/text-vector.ts';

/** The texts that numbers become when they are set one after the other. */
function textsOf(numbers: readonly number[]): string[] {
  const vector = new TextVector(false, 1);
  vector.grow(numbers.length + 1);
  numbers.forEach((number, row) => {
    vector.setWhole(row, number);
  });
  return numbers.map((_, row) => vector.text(row));
}

describe('whole numbers as texts', () => {
  it('have the digits that String gives, on both sides of every power and limit', () => {
    const powers = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
    const limits = [2 ** 31, 2 ** 32, 2 ** 52, 2 ** 53];
    const numbers = [...powers, ...limits].flatMap((number) => [number - 1, number, number + 1, number * 9]);
    expect(textsOf([0, ...numbers])).toEqual([0, ...numbers].map(String));
  });

  it('have the digits that String gives, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.maxSafeNat(), fc.nat(), fc.double({ noNaN: true }))), (numbers) => {
        expect(textsOf(numbers)).toEqual(numbers.map(String));
      }),
    );
  });
});
