import { expect, test } from 'vitest';
import { closeFault } from '../../../../packages/transport/src/websocket/close-fault.ts';

test.each([
  [1000, '', 'network', 'connection closed (1000)'],
  [1001, '', 'network', 'connection closed (1001 going away)'],
  [1005, '', 'network', 'connection closed (1005)'],
  [1006, '', 'network', 'connection closed (1006 without a word)'],
  [1008, 'policy', 'bad_request', 'connection closed (1008 policy violation): policy'],
  [1008, 'Too many requests', 'rate_limited', 'connection closed (1008 policy violation): Too many requests'],
  [1011, '', 'maintenance', 'connection closed (1011 internal error)'],
  [1012, '', 'maintenance', 'connection closed (1012 service restart)'],
  [1013, 'busy\u001b[1m\nnow', 'maintenance', 'connection closed (1013 try again later): busy [1m now'],
  [3000, '', 'auth', 'connection closed (3000)'],
  [4999, 'rate limit', 'rate_limited', 'connection closed (4999): rate limit'],
])('%i %j is %s', (code, reason, kind, message) => {
  expect(closeFault(code, reason)).toEqual({ kind, message });
});
