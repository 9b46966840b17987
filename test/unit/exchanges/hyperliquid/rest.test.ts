import { expect, test } from 'vitest';
import { adapterOf } from '../mapped.ts';

const hyperliquid = adapterOf('hyperliquid');

function fault(status: number, text: string, value: unknown, body: object) {
  const reply = { status, headers: {}, text, value, received: 0 };
  return hyperliquid.rest.fault(reply, { method: 'POST', path: '/info', body: JSON.stringify(body), costs: {} });
}

test.each([
  ['fundingHistory', 500, null, { type: 'fundingHistory', coin: 'NOPE' }, 'NOPE'],
  ['l2Book', 200, null, { type: 'l2Book', coin: 'NOPE' }, 'NOPE'],
  ['candleSnapshot', 500, 'null', { type: 'candleSnapshot', req: { coin: 'NOPE' } }, 'NOPE'],
  ['a dex', 500, null, { type: 'meta', dex: 'nope' }, 'nope'],
])('null is the answer to an unknown name: %s', (_case, status, value, body, name) => {
  expect(fault(status, 'null', value, body)).toEqual({ kind: 'bad_symbol', message: `${name} is unknown` });
});

test('null without a name asked for, and texts, are judged by their status', () => {
  expect(fault(500, 'null', null, { type: 'metaAndAssetCtxs' })).toBeNull();
  expect(fault(422, 'Failed to deserialize', 'Failed to deserialize', { type: 'nope', coin: 'BTC' })).toBeNull();
  expect(fault(429, 'null', null, { type: 'l2Book', coin: 'BTC' })).toBeNull();
  expect(fault(502, 'null', null, { type: 'l2Book', coin: 'BTC' })).toBeNull();
  expect(fault(200, '[]', [], { type: 'fundingHistory', coin: 'BTC' })).toBeNull();
});
