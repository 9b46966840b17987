import fc from 'fast-check';
import { expect, test } from 'vitest';
import { literal, scanLiteral } from '../../../../packages/exchanges/src/bytes/literal.ts';
import { message, nowhere, place } from '../../../../packages/exchanges/src/bytes/message.ts';
import { shape, whole } from '../../../../packages/exchanges/src/bytes/shape.ts';
import { scanName, scanText, scanTexts } from '../../../../packages/exchanges/src/bytes/text.ts';

const printable = /^[ !#-[\]-~]*$/;

test('a text is scanned when it is printable ASCII without escapes', () => {
  const bytes = fc.uint8Array({ maxLength: 12 }).map((all) => Buffer.from(all));
  const plain = fc.stringMatching(printable).map((text) => Buffer.from(text));
  const mixed = fc.tuple(plain, bytes, plain).map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(fc.oneof(bytes, plain, mixed), (content) => {
      place(Buffer.concat([Buffer.from('"'), content, Buffer.from('",')]));
      const first = content.indexOf('"');
      const end = first < 0 ? content.length : first;
      const isPlain = printable.test(content.subarray(0, end).toString('latin1'));
      expect(scanText(0), content.toString('latin1')).toBe(isPlain ? end + 2 : nowhere);
    }),
    { numRuns: 20_000 },
  );
});

test('a literal is found where it stands, and nowhere else', () => {
  const texts = ['"', '}}', ']}', '"s":', '"pu":', 'aggTrade', '"depthUpdate"', '","data":{"e":'];
  const literals = texts.map(literal);
  fc.assert(
    fc.property(fc.nat(texts.length - 1), fc.nat(30), fc.nat(255), (index, at, byte) => {
      const text = texts[index] ?? '';
      const data = Buffer.from(`${text}${text}`);
      const place_ = at % data.length;
      data[place_] = byte;
      place(data);
      expect(scanLiteral(0, literals[index] ?? 0)).toBe(data.toString().startsWith(text) ? text.length : nowhere);
    }),
    { numRuns: 5000 },
  );
});

test('a name is scanned when it is this name, in quotes', () => {
  const name = Buffer.from('BTCUSDT');
  const ends = ['"BTCUSDT"', '"BTCUSD"', '"BTCUSDTX"', '"BTCUSDt"', 'BTCUSDT"', '"BTCUSDT', '""'].map((text) => {
    place(Buffer.from(text));
    return scanName(0, name);
  });
  expect(ends).toEqual([9, ...Array.from({ length: 6 }, () => nowhere)]);
});

test.each([
  ['[]', 2],
  ['["a"]', 5],
  ['["0xab","0xcd"],', 15],
  ['["a",]', nowhere],
  ['[,]', nowhere],
  ['["a" ,"b"]', nowhere],
  ['["a","b"', nowhere],
  ['[1]', nowhere],
])('an array of texts: %s', (text, end) => {
  place(Buffer.from(text));
  expect(scanTexts(0)).toBe(end);
});

test('a message of more than a MiB is not taken', () => {
  const capacity = 1 << 20;
  expect([place(Buffer.alloc(capacity, '1')), place(Buffer.alloc(capacity + 1, '1'))]).toEqual([true, false]);
  expect(message.bytes.subarray(nowhere - 8)).toEqual(new Uint8Array(16));
});

test('a shape whose keys do not fit into two words, or whose members not into a word of bits, is refused', () => {
  const many = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`m${index}`, whole]));
  expect(() => shape({ levels: whole })).toThrow('the name of a member is too long: levels');
  expect(() => shape(many)).toThrow('a shape has at most 31 members');
});
