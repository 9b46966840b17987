import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safePath, withoutSecrets } from '../../../packages/transport/src/rest/redact.ts';

test.each([
  ['/a', '/a'],
  ['/a?symbol=BTCUSDT&limit=5', '/a?symbol=BTCUSDT&limit=5'],
  ['/a?symbol=X&signature=s%2F3&timestamp=1', '/a?symbol=X&signature=•••&timestamp=1'],
  [
    '/a?apiKey=k&listenKey=l&api_secret=s&access_token=t',
    '/a?apiKey=•••&listenKey=•••&api_secret=•••&access_token=•••',
  ],
  ['/a?signature', '/a?signature'],
])('%s is logged as %s', (path, safe) => {
  expect(safePath(path)).toBe(safe);
});

test('no form of a secret is left in a text that repeats it', () => {
  const secret = fc.string({ unit: 'grapheme', minLength: 3 }).filter((text) => text.isWellFormed() && !/•/.test(text));
  fc.assert(
    fc.property(secret, (value) => {
      const request = { method: 'GET', path: `/a?signature=${encodeURIComponent(value)}`, costs: {} } as const;
      const safe = withoutSecrets(`<${value}|${encodeURIComponent(value)}|${request.path}>`, request);
      expect(safe).toBe('<•••|•••|/a?signature=•••>');
    }),
  );
});
