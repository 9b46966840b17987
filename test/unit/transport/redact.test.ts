import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactionOf, safePath } from '../../../packages/transport/src/rest/redact.ts';

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
      const base64 = Buffer.from(value).toString('base64');
      const forms = [value, encodeURIComponent(value), request.path, base64, base64.replace(/=+$/, '')];
      expect(redactionOf(request).text(`<${forms.join('|')}>`)).toBe('<•••|•••|/a?signature=•••|•••|•••>');
    }),
  );
});

test('a reply that repeats a secret is cleared of it before anything is made of it', () => {
  const request = {
    method: 'GET',
    path: '/a?symbol=X&signature=ab%2Fcd',
    headers: { 'x-api-key': 'KEY"1' },
    costs: {},
  } as const;
  const value = { msg: 'sign ab/cd of X, key KEY"1', 'ab/cd': [{ deep: 'ab%2fcd' }], price: 5, none: null };
  const reply = {
    status: 400,
    headers: { link: '<?signature=ab%2Fcd>' },
    text: JSON.stringify(value),
    value,
    received: 1,
  };
  expect(redactionOf(request).reply(reply)).toEqual({
    status: 400,
    headers: { link: '<?signature=•••>' },
    text: '{"msg":"sign ••• of X, key •••","•••":[{"deep":"•••"}],"price":5,"none":null}',
    value: { msg: 'sign ••• of X, key •••', '•••': [{ deep: '•••' }], price: 5, none: null },
    received: 1,
  });
});

test('the words of a header are secrets each, and a request without secrets leaves its reply as it is', () => {
  const request = { method: 'GET', path: '/a?symbol=X', costs: {} } as const;
  expect(redactionOf(request, { Authorization: 'Bearer abc.def' }).text('no token abc.def')).toBe('no token •••');
  const reply = { status: 200, headers: {}, text: 'X', value: 'X', received: 1 };
  expect(redactionOf(request, { 'content-type': 'X' }).reply(reply)).toBe(reply);
});
