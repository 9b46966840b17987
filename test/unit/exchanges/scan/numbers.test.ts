import { survivesDouble } from '@feedlake/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nowhere, place } from '../../../../packages/exchanges/src/bytes/message.ts';
import { numberIn, scanDecimal, scanWhole } from '../../../../packages/exchanges/src/bytes/number.ts';

/** Scans what is in quotes in a message; null where it was not understood to its end. */
function scannedDecimal(text: string): number | null {
  const data = Buffer.from(`:"${text}",`);
  place(data);
  return scanDecimal(2, 7) === data.length - 1 ? numberIn(7) : null;
}

/** Scans what is in a message without quotes. */
function scannedWhole(text: string): number | null {
  const data = Buffer.from(`:${text},`);
  place(data);
  return scanWhole(1, 7) === data.length - 1 ? numberIn(7) : null;
}

const digits = (most: number) => fc.bigInt(0n, 10n ** BigInt(most) - 1n).map(String);

test('a decimal of at most 15 significant digits is read to the DOUBLE nearest to it', () => {
  const decimals = fc.tuple(digits(15), fc.nat(22), fc.nat(3)).map(([value, point, more]) => {
    const text = value.padStart(point + 1, '0');
    const whole = text.slice(0, text.length - point);
    const fraction = text.slice(text.length - point) + '0'.repeat(Math.min(more, 15 - value.length, 22 - point));
    return fraction === '' ? whole : `${whole}.${fraction}`;
  });
  fc.assert(
    fc.property(decimals, (text) => {
      expect(scannedDecimal(text), text).toBe(Number(text));
    }),
    { numRuns: 20_000 },
  );
});

test('a decimal of any other length is read to a DOUBLE that is the same, or not at all', () => {
  const decimals = fc
    .tuple(digits(40), fc.option(digits(40)))
    .map(([whole, fraction]) => (fraction === null ? whole : `${whole}.${fraction}`));
  fc.assert(
    fc.property(decimals, (text) => {
      const value = scannedDecimal(text);
      if (value !== null) expect([value, survivesDouble(text)], text).toEqual([Number(text), true]);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['0', 0],
  ['0.0', 0],
  ['0.00000000000000', 0],
  ['999999999', 999_999_999],
  ['9999999999', 9_999_999_999],
  ['2147483648', 2_147_483_648],
  ['214748364.8', 214_748_364.8],
  ['999999999999999', 999_999_999_999_999],
  ['0.000012345678901', 0.000012345678901],
  ['0.0000000000000000000001', 1e-22],
])('%s in quotes is a decimal', (text, value) => {
  expect(scannedDecimal(text)).toBe(value);
});

test.each([
  ...['', '-1', '+1', '1e5', '1E5', '1.', '.5', '01', '00', '1.5.2', '0x1f', ' 1', '1 ', '1,5', 'NaN', 'Infinity', '١'],
  ...['1234567890123456', '0.1234567890123456', '0.00000000000000000000001', '1\\u0030', '12345678901234.00'],
])('%j in quotes is no decimal that is scanned', (text) => {
  expect(scannedDecimal(text)).toBeNull();
});

test('a whole number below 2^53 is read as it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeNat(), fc.nat(), fc.nat(1000)), (value) => {
      expect(scannedWhole(String(value))).toBe(value);
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  ...['', '-1', '01', '00', '000000001', '0000000000000', '1.5', '1e3', '"1"', 'null', '+1', ' 1'],
  ...[
    '9007199254740992',
    '9007199254740993',
    '9999999999999999',
    '10000000000000000',
    '123456789012345678901234567890',
  ],
])('%s is no whole number that is scanned', (text) => {
  expect(scannedWhole(text)).toBeNull();
});

test('a number ends with its message, whatever was in place before', () => {
  const before = Buffer.from('"123456789.123456789","123456789.123456789"');
  for (const text of ['"', '"1', '"1.', '"1.5', '"123456789', '"1234567890.123']) {
    place(before);
    place(Buffer.from(text));
    expect(scanDecimal(1, 0), text).toBe(nowhere);
  }
  for (const text of ['1', '12345678', '123456789', '9007199254740991']) {
    place(Buffer.from('9'.repeat(40)));
    place(Buffer.from(text));
    expect([scanWhole(0, 0), numberIn(0)]).toEqual([text.length, Number(text)]);
  }
});
