import { createHash } from 'node:crypto';
import { createToken, hashToken, TokenBook } from '@feedlake/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearerToken } from '../../../packages/api/src/access/bearer.ts';
import { at } from '../../support/rows.ts';

const now = at('2026-03-28T00:00:00Z');

describe('tokens', () => {
  it('have 256 random bits, and a mark by which they are found', () => {
    const tokens = Array.from({ length: 100 }, createToken);
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^fl_[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(tokens[0]?.slice(3) ?? '', 'base64url')).toHaveLength(32);
  });

  it('are known by their SHA-256, as other tools make it', () => {
    const token = createToken();
    expect(hashToken(token)).toBe(createHash('sha256').update(token).digest('hex'));
  });
});

describe('a book of tokens', () => {
  const [one, two] = [createToken(), createToken()];
  const book = new TokenBook([
    { name: 'x', sha256: hashToken(one), scopes: ['read'], expires: '2026-03-28' },
    { name: 'x', sha256: hashToken(two), scopes: ['read', 'write'], expires: '2026-03-29' },
    { name: 'y', sha256: hashToken('always'), scopes: ['write'] },
  ]);

  it('knows each until the day that it expires, also two of one name', () => {
    expect(book.callerOf(one, now - 1)).toMatchObject({ name: 'x', scopes: ['read'], index: 0 });
    expect(book.callerOf(one, now)).toBeNull();
    expect(book.callerOf(two, now)).toMatchObject({ name: 'x', scopes: ['read', 'write'], index: 1 });
    expect(book.callerOf('always', now * 2)).toMatchObject({ name: 'y' });
    expect(book.expiring(now, 0)).toEqual(['x']);
    expect(book.expiring(now, 2)).toEqual(['x', 'x']);
  });

  it('knows no other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constant(hashToken(two)), fc.constant(`${two} `)), (text) => {
        expect(book.callerOf(text, now)).toBeNull();
      }),
    );
    expect(book.callerOf(`always${'\0'.repeat(1000)}`, now)).toBeNull();
    expect(new TokenBook([]).callerOf(one, now)).toBeNull();
  });
});

it.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['Bearer   abc', 'abc'],
  ['Bearer a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
  ['Bearer', null],
  ['Bearer ', null],
  ['Bearer a b', null],
  ['Bearer a,Bearer b', null],
  ['Basic abc', null],
  ['abc', null],
  [undefined, null],
])('of %s the token is %s', (header, token) => {
  expect(bearerToken(header)).toBe(token);
});
