import { expect, test } from 'vitest';
import { bybit } from '../../../../packages/exchanges/src/bybit/index.ts';
import { mapMessage, mapReply } from '../../../support/mapped.ts';

test('trades: the aggressor, block trades off the book, trades with retail orders on it', () => {
  const trade = { T: 1_790_000_000_001, s: 'BTCUSDT', S: 'Buy', v: '0.010', p: '60000.10', i: 'a-1', BT: false };
  const { rows, rejected } = mapMessage(bybit, {
    topic: 'publicTrade.BTCUSDT',
    type: 'snapshot',
    ts: 1_790_000_000_009,
    data: [
      trade,
      { ...trade, S: 'Sell', i: 'a-2', BT: true },
      { ...trade, i: 'a-3', p: '' },
      { ...trade, i: 'a-4', RPI: true },
      { ...trade, i: 'a-5', S: 'None' },
    ],
  });
  expect(rows).toMatchObject([
    {
      trade_id: 'a-1',
      side: 'buy',
      price: '60000.10',
      size: '0.010',
      ts_event: 1_790_000_000_001_000,
      off_book: false,
    },
    { trade_id: 'a-2', side: 'sell', off_book: true },
    { trade_id: 'a-4', off_book: false },
  ]);
  expect(rejected).toEqual(['trades of BTCUSDT: price is missing', 'trades of BTCUSDT: side is missing']);
});

test('liquidations: the side is that of the position, and equal orders in one message are counted', () => {
  const order = { T: 1_790_000_000_001, s: 'BTCUSDT', S: 'Buy', v: '0.5', p: '59000' };
  const { rows } = mapMessage(bybit, {
    topic: 'allLiquidation.BTCUSDT',
    ts: 1_790_000_000_500,
    data: [order, { ...order, S: 'Sell' }, order, { ...order, T: undefined, S: 'Long' }],
  });
  const row = { ts_event: 1_790_000_000_001_000, price: '59000', size: '0.5', completeness: 'full', ordinal: 0 };
  expect(rows).toMatchObject([
    { ...row, side: 'long', venue_side: 'Buy' },
    { ...row, side: 'short', venue_side: 'Sell' },
    { ...row, side: 'long', venue_side: 'Buy', ordinal: 1 },
    { ...row, side: null, venue_side: 'Long', ts_event: 1_790_000_000_500_000 },
  ]);
});

test.each([
  { updatedTime: 1_680_000_000_001, side: 'Buy', size: '7', price: '1.5', symbol: 'XRPUSDT' },
  { updateTime: 1_680_000_000_001, side: 'Buy', size: '7', price: '1.5', symbol: 'XRPUSDT' },
  { time: 1_680_000_000_001, side: 'Buy', qty: 7, price: 1.5, symbol: 'XRPUSDT' },
])('old liquidations still parse, and are a sample: %j', (data) => {
  expect(mapMessage(bybit, { topic: 'liquidation.XRPUSDT', data, ts: 1 }).rows).toMatchObject([
    {
      side: 'long',
      venue_side: 'Buy',
      price: '1.5',
      size: '7',
      completeness: 'sampled',
      ts_event: 1_680_000_000_001_000,
    },
  ]);
});

const book = {
  topic: 'orderbook.50.BTCUSDT',
  type: 'delta',
  ts: 1_790_000_000_009,
  cts: 1_790_000_000_005,
  data: { s: 'BTCUSDT', b: [['60000.0', '0']], a: [['60001.5', '2.5']], u: 18, seq: 7_961_638_724 },
};

test('books: the time of the engine, both sequences, removals as 0, the last row marked', () => {
  const row = { ts_event: 1_790_000_000_005_000, last_seq: 18, cross_seq: 7_961_638_724, is_snapshot: false };
  expect(mapMessage(bybit, book).rows).toMatchObject([
    { ...row, side: 'bid', price: '60000.0', size: '0', is_last: false },
    { ...row, side: 'ask', price: '60001.5', size: '2.5', is_last: true },
  ]);
  const { cts: _, ...old } = book;
  expect(mapMessage(bybit, old).rows[0]).toMatchObject({ ts_event: 1_790_000_000_009_000 });
  expect(mapMessage(bybit, { ...old, ts: '1790000000009' }).rows[0]).toMatchObject({ ts_event: 1_790_000_000_009_000 });
});

test('books: a snapshot by its type or by u = 1, also one without levels', () => {
  expect(mapMessage(bybit, { ...book, type: 'snapshot' }).rows[0]).toMatchObject({ is_snapshot: true });
  const restart = { ...book, data: { ...book.data, u: 1 } };
  expect(mapMessage(bybit, restart).rows[0]).toMatchObject({ is_snapshot: true, last_seq: 1 });
  const empty = { ...book, type: 'snapshot', data: { ...book.data, b: [], a: [] } };
  expect(mapMessage(bybit, empty).rows).toMatchObject([{ is_snapshot: true, is_last: true }]);
  expect(mapMessage(bybit, { ...empty, type: 'delta' }).rows).toMatchObject([{ is_snapshot: false, is_last: true }]);
});

test('books: a bad level costs only itself, a message that is no book is rejected', () => {
  const bad = {
    ...book,
    data: {
      ...book.data,
      b: [
        ['x', '1'],
        ['59999', '1'],
      ],
    },
  };
  const { rows, rejected } = mapMessage(bybit, bad);
  expect(rows.map((row) => row.price)).toEqual(['59999', '60001.5']);
  expect(rejected).toHaveLength(1);
  for (const message of [
    { ...book, type: 'update' },
    { ...book, data: null },
    { ...book, data: { s: 'BTCUSDT', u: 2 } },
  ]) {
    expect(mapMessage(bybit, message)).toMatchObject({ rows: [], rejected: [expect.any(String)] });
  }
});

test('books with retail orders: the size of the ordinary book', () => {
  const data = { ...book.data, b: [['60000', '1.5', '0.25']], a: [['60001', '0', '0.75']] };
  expect(mapMessage(bybit, { ...book, topic: 'orderbook.rpi.BTCUSDT', data }).rows).toMatchObject([
    { side: 'bid', size: '1.5' },
    { side: 'ask', size: '0' },
  ]);
});

test('a book from REST is a snapshot', () => {
  const result = { ...book.data, ts: book.ts, cts: book.cts };
  const body = { retCode: 0, result, time: 1_790_000_000_020 };
  const { rows } = mapReply(bybit, '/v5/market/orderbook?category=linear&symbol=BTCUSDT', body);
  expect(rows[0]).toMatchObject({ is_snapshot: true, last_seq: 18, ts_event: 1_790_000_000_005_000 });
  expect(mapReply(bybit, '/v5/market/orderbook?category=spot&symbol=BTCUSDT', body).rows).toEqual([]);
});

test('trades from REST', () => {
  const trade = { execId: 'b-1', symbol: 'BTCPERP', price: '60000', size: '1', side: 'Sell', time: '1790000000001' };
  const { rows } = mapReply(bybit, '/v5/market/recent-trade?category=linear', {
    retCode: 0,
    result: { category: 'linear', list: [trade, { ...trade, execId: 'b-2', isBlockTrade: true, isRPITrade: true }] },
  });
  expect(rows).toMatchObject([
    { symbol: 'BTC-USDC-PERP', trade_id: 'b-1', side: 'sell', off_book: false, ts_event: 1_790_000_000_001_000 },
    { trade_id: 'b-2', off_book: true },
  ]);
});

const candle = { start: 1_790_000_100_000, open: '1', high: '3', low: '0.5', close: '2', volume: '10', turnover: '15' };

test.each([
  ['5', 300],
  ['720', 43_200],
  ['D', 86_400],
  ['W', 604_800],
])('candles of interval %s last %d s', (interval, seconds) => {
  const message = { topic: `kline.${interval}.BTCUSDT`, data: [{ ...candle, interval, confirm: true }], ts: 1 };
  expect(mapMessage(bybit, message).rows).toMatchObject([
    {
      symbol: 'BTC-USDT-PERP',
      interval_seconds: seconds,
      open_time: 1_790_000_100_000_000,
      ts_event: 1_790_000_100_000_000,
      high: '3',
      quote_volume: '15',
      closed: true,
    },
  ]);
});

test('a month has no fixed width: its candle is reported, not stored', () => {
  const message = { topic: 'kline.M.BTCUSDT', data: [{ ...candle, interval: 'M', confirm: false }] };
  expect(mapMessage(bybit, message)).toMatchObject({
    rows: [],
    rejected: [expect.stringContaining('interval_seconds')],
  });
});

test('candles from REST are closed once the time of the venue is past their end', () => {
  const list = [
    ['1790000160000', '1', '3', '0.5', '2', '10', '15'],
    ['1790000100000', '1', '3', '0.5', '2', '10', '15'],
    'x',
  ];
  const { rows, rejected } = mapReply(bybit, '/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1', {
    retCode: 0,
    result: { symbol: 'BTCUSDT', category: 'linear', list },
    time: 1_790_000_170_000,
  });
  expect(rows.map((row) => row.closed)).toEqual([false, true]);
  expect(rejected).toEqual(['candles: no array']);
});

test.each([
  [{ success: true, ret_msg: 'pong', conn_id: 'x', op: 'ping' }, 'ignored'],
  [{ success: true, ret_msg: '', conn_id: 'x', op: 'subscribe' }, 'ignored'],
  [{ op: 'pong', args: ['1790000000000'] }, 'ignored'],
  [{ success: true, type: 'COMMAND_RESP', data: { failTopics: [], successTopics: ['a'] } }, 'ignored'],
  [{ topic: 'priceLimit.BTCUSDT', data: {} }, 'ignored'],
  [{ topic: 'tickers_lt.EOS3LUSDT', data: {} }, 'ignored'],
  [{ topic: 'publicTrade.BTCUSD', data: [{ T: 1, s: 'BTCUSD', S: 'Buy', v: '1', p: '1', i: 'x' }] }, 'ignored'],
  [{ success: false, ret_msg: 'error:handler not found,topic:x', op: 'subscribe' }, 'rejected'],
  [{ success: true, type: 'COMMAND_RESP', data: { failTopics: ['a'], successTopics: [] } }, 'rejected'],
  [{ op: 'auth', retCode: 10004, retMsg: 'Error sign' }, 'rejected'],
  [{ topic: 'surprise.BTCUSDT', data: {} }, 'rejected'],
  [{ hello: 1 }, 'rejected'],
  [{ topic: 'publicTrade.BTCUSDT' }, 'rejected'],
  [[1], 'rejected'],
] as const)('%j is %s', (message, where) => {
  const result = mapMessage(bybit, message);
  expect(result.rows).toEqual([]);
  expect({ ignored: result.ignored.length, rejected: result.rejected.length }).toEqual({
    ignored: where === 'ignored' ? 1 : 0,
    rejected: where === 'rejected' ? 1 : 0,
  });
});
