import { expect, test } from 'vitest';
import { adapterOf, mapMessage, mapReply, time } from '../mapped.ts';

const hyperliquid = adapterOf('hyperliquid');

const at = time('2026-10-05T12:14:59.500Z');

function fill(more: object) {
  return {
    ...{
      coin: 'BTC',
      px: '66653.0',
      sz: '0.001',
      side: 'A',
      time: at / 1000,
      tid: 1,
      dir: 'Open Short',
      crossed: false,
    },
    liquidation: { liquidatedUser: '0xVictim', markPx: '66607.0', method: 'market' },
    ...more,
  };
}

function ofVault(one: object, user = '0xvault') {
  return mapMessage(hyperliquid, { channel: 'userFills', data: { user, fills: [one] } }).of('liquidations')[0];
}

test('the seller of a liquidated short is a vault: the position is the other side of its own', () => {
  expect(ofVault(fill({}))).toEqual({
    symbol: 'BTC-USDC-PERP',
    venue_symbol: 'BTC',
    ts_event: at,
    side: 'short',
    venue_side: 'A',
    price: '66653.0',
    size: '0.001',
    completeness: 'backstop',
    ordinal: 0,
  });
  expect(ofVault(fill({ side: 'B' }))?.side).toBe('long');
});

test('in the fills of the liquidated user the sides are their own', () => {
  expect(ofVault(fill({ crossed: true, dir: 'Close Long' }), '0xvictim')?.side).toBe('long');
  expect(ofVault(fill({ crossed: true, dir: 'Close Short', side: 'B' }), '0xvictim')?.side).toBe('short');
});

test.each([
  ['a fill that rested in the book is the other side', {}, 'short'],
  ['a fill that took from it is the liquidation', { crossed: true, dir: 'Close Long' }, 'long'],
  ['a backstop fill that opens is the other side', { liquidation: { method: 'backstop' }, crossed: true }, 'short'],
  ['a backstop fill that closes may be either', { liquidation: { method: 'backstop' }, dir: 'Close Long' }, null],
  ['the venue names the position', { liquidation: null, dir: 'Liquidated Cross Long' }, 'long'],
  ['the venue names the position', { liquidation: null, dir: 'Liquidated Isolated Short', side: 'B' }, 'short'],
  ['a letter that is unknown', { side: 'X' }, null],
])('user events do not say whose they are: %s', (_case, more, side) => {
  const mapped = mapMessage(hyperliquid, { channel: 'user', data: { fills: [fill(more)] } });
  expect(mapped.of('liquidations').map((row) => row.side)).toEqual([side]);
});

test('equal fills of one message stay apart, and other fills are no liquidations', () => {
  const request = { method: 'POST', path: '/info', body: '{"type":"userFillsByTime","user":"0xVICTIM"}' } as const;
  const mapped = mapReply(hyperliquid, request, [fill({}), fill({ liquidation: null }), fill({}), fill({ px: '' })]);
  expect(mapped.of('liquidations').map((row) => [row.ordinal, row.side])).toEqual([
    [0, 'long'],
    [1, 'long'],
  ]);
  expect(mapped.ignored).toEqual(['fill of BTC: no liquidation']);
  expect(mapped.rejected).toEqual(['liquidations of BTC: price is missing']);
});

test('other events of an account are ignored', () => {
  const mapped = mapMessage(hyperliquid, { channel: 'user', data: { funding: { coin: 'BTC' } } });
  expect(mapped).toMatchObject({ rows: [], rejected: [] });
});
