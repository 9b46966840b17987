import { minute } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { bybit } from '../../../../packages/exchanges/src/bybit/index.ts';
import { received, restReply } from '../../../support/mapped.ts';

const request = { method: 'GET', path: '/v5/market/tickers?category=linear', costs: {} } as const;
const faultOf = (...reply: Parameters<typeof restReply>) => bybit.rest.fault(restReply(...reply), request);

test.each([
  [10000, 'Server Timeout', 'timeout'],
  [10001, 'params error: symbol invalid', 'bad_symbol'],
  [10001, 'Not supported symbols', 'bad_symbol'],
  [10001, 'params error: endTime', 'bad_request'],
  [10003, 'API key is invalid', 'auth'],
  [10004, 'Error sign', 'auth'],
  [10005, 'Permission denied', 'auth'],
  [10009, 'Service Restricted', 'geo_blocked'],
  [10010, 'Unmatched IP', 'auth'],
  [10016, 'Server error', 'maintenance'],
  [10018, 'Exceeded the IP Rate Limit', 'rate_limited'],
  [10024, 'Compliance rules triggered', 'geo_blocked'],
  [33004, 'Your api key has expired', 'auth'],
  [99999, 'something new', 'bad_request'],
])('%d %s with status 200 is %s', (retCode, retMsg, kind) => {
  expect(faultOf(200, { retCode, retMsg, result: {} })).toEqual({ kind, message: `${retMsg} (${retCode})` });
});

test('a rate limit says when it ends', () => {
  const body = { retCode: 10006, retMsg: 'Too many visits!' };
  expect(faultOf(200, body, { 'x-bapi-limit-reset-timestamp': '1790000000500' })).toEqual({
    kind: 'rate_limited',
    message: 'Too many visits! (10006)',
    retryAt: 1_790_000_000_500_000,
  });
  expect(faultOf(200, body)).toEqual({ kind: 'rate_limited', message: 'Too many visits! (10006)' });
});

test('a 403 is told apart by its body: too many requests wait ten minutes, a page of HTML is a block', () => {
  expect(faultOf(403, '403, access too frequent')).toMatchObject({
    kind: 'rate_limited',
    retryAt: received + 10 * minute,
  });
  const page = '<!DOCTYPE HTML><html><body>Access too frequent</body></html>';
  expect(faultOf(403, page)).toMatchObject({ kind: 'rate_limited' });
  const block =
    '<HTML><HEAD><TITLE>ERROR</TITLE></HEAD>The Amazon CloudFront distribution is configured to block access from your country.</HTML>';
  expect(faultOf(403, block)).toMatchObject({ kind: 'geo_blocked' });
  expect(faultOf(403, 'forbidden')).toBeNull();
});

test('what is no error is none, and what the venue has no words for is left to the general rules', () => {
  expect(faultOf(200, { retCode: 0, retMsg: 'OK', result: {} })).toBeNull();
  expect(faultOf(200, { retCode: '0', retMsg: 'OK', result: {} })).toBeNull();
  expect(faultOf(200, '<html>maintenance</html>')).toBeNull();
  expect(faultOf(503, { retCode: 77, retMsg: 'upstream' })).toBeNull();
  expect(faultOf(429, 'slow down')).toBeNull();
});
