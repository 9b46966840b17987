import type { RestReply } from '@feedlake/transport';
import ccxt from 'ccxt';
import { expect, test } from 'vitest';
import { type ErrorHandler, faultInReply, kindOfError } from '../../../../packages/exchanges/src/ccxt/fault.ts';

test.each([
  [new ccxt.BadSymbol(''), 'bad_symbol'],
  [new ccxt.RateLimitExceeded(''), 'rate_limited'],
  [new ccxt.DDoSProtection(''), 'rate_limited'],
  [new ccxt.RestrictedLocation(''), 'geo_blocked'],
  [new ccxt.PermissionDenied(''), 'auth'],
  [new ccxt.OnMaintenance(''), 'maintenance'],
  [new ccxt.ExchangeNotAvailable(''), 'maintenance'],
  [new ccxt.RequestTimeout(''), 'timeout'],
  [new ccxt.NetworkError(''), 'network'],
  [new ccxt.NullResponse(''), 'malformed'],
  [new ccxt.ArgumentsRequired(''), 'bad_request'],
  [new ccxt.ExchangeError(''), 'bad_request'],
  [new ccxt.NotSupported(''), 'not_offered'],
  [new TypeError(''), null],
])('%s is %s', (error, kind) => expect(kindOfError(error)).toBe(kind));

function reply(status: number, value: unknown): RestReply {
  return { status, headers: {}, text: typeof value === 'string' ? value : JSON.stringify(value), value, received: 0 };
}

const request = { method: 'GET', path: '/' };
const okx = new ccxt.okx() as unknown as ErrorHandler;

test('errors inside good replies are found, in the words of the exchange', () => {
  expect(faultInReply(okx, reply(200, { code: '0', data: [] }), request)).toBeNull();
  expect(faultInReply(okx, reply(200, { code: '51001', msg: 'no such instrument', data: [] }), request)).toEqual({
    kind: 'bad_symbol',
    message: 'no such instrument (51001)',
  });
  expect(faultInReply(okx, reply(200, { code: '50011', msg: 'slow down', data: [] }), request)?.kind).toBe(
    'rate_limited',
  );
});

test.each([403, 418, 429, 451, 503])(
  'status %i is judged by itself, though ccxt takes it for something else',
  (status) => {
    expect(faultInReply(okx, reply(status, { code: '50000', msg: 'something else' }), request)).toBeNull();
  },
);

test('pages and texts are left to the general rules', () => {
  expect(faultInReply(okx, reply(200, '<html></html>'), request)).toBeNull();
});
