import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Interner } from '../../../../packages/exchanges/src/stream/interner.ts';

function names() {
  const made: string[] = [];
  const interner = new Interner((text) => {
    made.push(text);
    return { text };
  });
  const get = (text: string, around = '') => {
    const data = Buffer.from(around + text + around);
    const start = Buffer.byteLength(around);
    return interner.get(data, start, data.length - start);
  };
  return { made, get };
}

it('gives the value of exactly these bytes, whatever stands around them', () => {
  const { get } = names();
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, around) => {
      const value = get(text, around);
      expect(value).toEqual({ text });
      expect(get(text)).toBe(value);
    }),
  );
});

it('makes each value once, among many', () => {
  const { made, get } = names();
  const texts = Array.from({ length: 5000 }, (_none, index) => `depth.${index}_USDC_PERP`);
  const first = texts.map((text) => get(text));
  expect(texts.map((text) => get(text, '"'))).toEqual(first);
  expect(made).toEqual(texts);
});

it('keeps no more names than a venue can have, and still tells all of them apart', () => {
  const { made, get } = names();
  const count = 70_000;
  for (let index = 0; index < count; index++) get(`t${index}`);
  for (const index of [0, 65_535, 65_536, count - 1]) expect(get(`t${index}`)).toEqual({ text: `t${index}` });
  expect(made.length - count).toBe(2);
});
