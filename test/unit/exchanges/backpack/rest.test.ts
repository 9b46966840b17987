import { expect, test } from 'vitest';
import { adapterOf, mapReply, time } from '../mapped.ts';

const backpack = adapterOf('backpack');
const get = (path: string) => ({ method: 'GET', path }) as const;

function fault(status: number, code: string, message: string, path = '/api/v1/depth?symbol=X_USDC_PERP') {
  const reply = { status, headers: {}, text: '', value: { code, message }, received: 0 };
  return backpack.rest.fault(reply, { ...get(path), costs: {} });
}

test.each([
  [400, 'INVALID_CLIENT_REQUEST', 'Invalid market symbol', 'bad_symbol'],
  [400, 'INVALID_CLIENT_REQUEST', 'Invalid limit', 'bad_request'],
  [404, 'RESOURCE_NOT_FOUND', 'Not Found', 'bad_symbol'],
  [429, 'TOO_MANY_REQUESTS', 'Slow down', 'rate_limited'],
  [503, 'MAINTENANCE', 'Back soon', 'maintenance'],
  [401, 'INVALID_SIGNATURE', 'No', 'auth'],
  [200, 'NOVEL_CODE', 'No', 'bad_request'],
])('%i %s: %s is %s', (status, code, message, kind) => {
  expect(fault(status, code, message)).toEqual({ kind, message: `${message} (${code})` });
});

test('what the codes leave open follows from the status', () => {
  expect(fault(404, 'RESOURCE_NOT_FOUND', 'Not Found', '/api/v1/nope')).toBeNull();
  expect(fault(500, 'NOVEL_CODE', 'No')).toBeNull();
  const reply = { status: 400, headers: {}, text: 'failed to parse', value: 'failed to parse', received: 0 };
  expect(backpack.rest.fault(reply, { ...get('/api/v1/depth'), costs: {} })).toBeNull();
});

test('the book: bids ascend and stay bids, the update id is a text', () => {
  const mapped = mapReply(
    backpack,
    get('/api/v1/depth?symbol=BTC_USDC_PERP&limit=5'),
    `{"asks":[["64575.2","0.24612"]],"bids":[["64574.3","0.77413"],["64575.1","3.57196"],["x","1"]],
      "lastUpdateId":"5796499452","timestamp":1785948116439400}`,
  );
  const common = {
    symbol: 'BTC-USDC-PERP',
    venue_symbol: 'BTC_USDC_PERP',
    ts_event: 1785948116439400,
    last_seq: 5796499452,
    is_snapshot: true,
  };
  expect(mapped.of('book_deltas')).toEqual([
    { ...common, side: 'bid', price: '64574.3', size: '0.77413', is_last: false },
    { ...common, side: 'bid', price: '64575.1', size: '3.57196', is_last: false },
    { ...common, side: 'ask', price: '64575.2', size: '0.24612', is_last: true },
  ]);
  expect(mapped.rejected).toHaveLength(1);
});

test('trades: a buyer who is the maker was sold to', () => {
  const mapped = mapReply(backpack, get('/api/v1/trades?symbol=BTC_USDC_PERP'), [
    { id: 1, isBuyerMaker: true, price: '68118.6', quantity: '0.00276', timestamp: 1771334928175 },
    { id: 2, isBuyerMaker: false, price: '68118.6', quantity: '1', timestamp: 1771334928175000 },
    { isBuyerMaker: false, price: '68118.6', quantity: '1', timestamp: 1771334928175 },
  ]);
  expect(mapped.of('trades').map((row) => [row.trade_id, row.side, row.ts_event])).toEqual([
    ['1', 'sell', 1771334928175000],
    ['2', 'buy', 1771334928175000],
  ]);
  expect(mapped.rejected).toEqual(['trades of BTC_USDC_PERP: trade_id is missing']);
});

const candle = { open: '1', high: '3', low: '0.5', close: '2', volume: '10', quoteVolume: '20', trades: '7' };

test('candles: naive UTC texts, the interval from the request, closed once their end has come', () => {
  const path = '/api/v1/klines?symbol=BTC_USDC_PERP&interval=1h&startTime=1';
  const mapped = mapReply(backpack, get(path), [
    { ...candle, start: '2026-10-05T11:00:00', end: '2026-10-05T12:00:00' },
    { ...candle, start: '2026-10-05 12:00:00', end: '2026-10-05 13:00:00' },
    { ...candle, start: '2026-10-05T10:00:00', end: '2026-10-05T11:00:00', open: null },
  ]);
  expect(mapped.of('candles').map((row) => [row.open_time, row.closed])).toEqual([
    [time('2026-10-05T11:00:00Z'), true],
    [time('2026-10-05T12:00:00Z'), false],
  ]);
  expect(mapped.of('candles')[0]).toMatchObject({
    interval_seconds: 3600,
    quote_volume: '20',
    trades: 7,
    volume: '10',
  });
  expect(mapped.rejected).toEqual(['candles of BTC_USDC_PERP: open is missing']);
});

test('candles of the mark price are no candles of trades', () => {
  const path = '/api/v1/klines?symbol=BTC_USDC_PERP&interval=1h&priceType=Mark';
  const mapped = mapReply(backpack, get(path), [
    { ...candle, start: '2026-10-05T11:00:00', end: '2026-10-05T12:00:00' },
  ]);
  expect(mapped).toMatchObject({ rows: [], rejected: [] });
  expect(mapped.ignored).toHaveLength(1);
});

test('tickers tell the last price', () => {
  const mapped = mapReply(backpack, get('/api/v1/tickers'), [
    { symbol: 'BTC_USDC_PERP', lastPrice: '5' },
    { symbol: 'ETH_USDC_PERP' },
  ]);
  expect(mapped.of('tickers')).toEqual([
    { symbol: 'BTC-USDC-PERP', venue_symbol: 'BTC_USDC_PERP', ts_event: null, last_price: '5' },
  ]);
  expect(mapped.rejected).toHaveLength(1);
});
