import { expect, test } from 'vitest';
import { binance } from '../../../../packages/exchanges/src/binance/index.ts';
import { restReply } from '../../../support/mapped.ts';

const request = { method: 'GET', path: '/fapi/v1/premiumIndex', costs: {} } as const;
const faultOf = (...reply: Parameters<typeof restReply>) => binance.rest.fault(restReply(...reply), request);

test.each([
  [400, -1121, 'Invalid symbol.', 'bad_symbol'],
  [400, -1102, 'A mandatory parameter was not sent.', 'bad_request'],
  [400, -1130, "parameter 'startTime' is invalid.", 'bad_request'],
  [401, -2015, 'Invalid API-key, IP, or permissions for action.', 'auth'],
  [429, -1003, 'Too many requests; current limit is 2400.', 'rate_limited'],
  [503, -1008, 'Server is currently overloaded.', 'maintenance'],
  [408, -1007, 'Timeout waiting for response.', 'timeout'],
  [451, 0, 'Service unavailable from a restricted location.', 'geo_blocked'],
])('%d with code %d is %s: %s', (status, code, msg, kind) => {
  expect(faultOf(status, { code, msg })).toEqual({ kind, message: `${msg} (${code})` });
});

test('a ban says when it ends, whatever its status', () => {
  const msg = 'Way too many requests; IP banned until 1790000000123. Please use the websocket.';
  for (const status of [418, 429]) {
    expect(faultOf(status, { code: -1003, msg })).toMatchObject({ kind: 'banned', retryAt: 1_790_000_000_123_000 });
  }
  expect(faultOf(418, { code: -1003, msg: 'banned' })).toEqual({ kind: 'banned', message: 'banned (-1003)' });
});

test('data is no error, and bodies without a code are left to the general rules', () => {
  expect(faultOf(200, [])).toBeNull();
  expect(faultOf(200, { symbol: 'BTCUSDT', openInterest: '1' })).toBeNull();
  expect(faultOf(200, { code: 200, msg: 'success' })).toBeNull();
  expect(faultOf(502, '<html></html>')).toBeNull();
  expect(faultOf(500, { code: -1, msg: 'unknown' })).toBeNull();
});

test('the weight used up is what the venue counts', () => {
  expect(binance.rest.usage?.({ 'x-mbx-used-weight-1m': '1234' })).toEqual({ weight: 1234 });
  expect(binance.rest.usage?.({})).toEqual({});
});
