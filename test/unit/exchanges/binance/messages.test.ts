import { expect, test } from 'vitest';
import { binance } from '../../../../packages/exchanges/src/binance/index.ts';
import { mapMessage, mapReply } from '../../../support/mapped.ts';

const time = 1_790_000_000_001;
const inStream = (stream: string, data: unknown) => ({ stream, data });

test.each([
  ['SELL', 'long'],
  ['BUY', 'short'],
  ['ODD', null],
])('a liquidation order %s closes a %s, and is a sample', (S, side) => {
  const o = {
    s: 'BTCUSDT',
    S,
    o: 'LIMIT',
    f: 'IOC',
    q: '0.014',
    p: '9910',
    ap: '9905',
    X: 'FILLED',
    l: '0.01',
    z: '0.014',
    T: time,
  };
  expect(mapMessage(binance, { e: 'forceOrder', E: time + 5, o }).rows).toMatchObject([
    {
      dataset: 'liquidations',
      symbol: 'BTC-USDT-PERP',
      ts_event: time * 1000,
      side,
      venue_side: S,
      price: '9910',
      average_price: '9905',
      size: '0.014',
      completeness: 'sampled',
      ordinal: 0,
    },
  ]);
});

test('aggregate trades: a buyer who is the maker was sold to', () => {
  const trade = { e: 'aggTrade', E: time + 9, s: 'BTCUSDT', a: 26_129, p: '0.001', q: '100', f: 100, l: 105, T: time };
  const messages = [{ ...trade, m: true }, { ...trade, m: false }, trade];
  const results = messages.map((message) => mapMessage(binance, inStream('btcusdt@aggTrade', message)));
  expect(results.flatMap(({ rows }) => rows)).toMatchObject([
    {
      trade_id: '26129',
      side: 'sell',
      first_trade_id: '100',
      last_trade_id: '105',
      ts_event: time * 1000,
      off_book: false,
    },
    { side: 'buy' },
  ]);
  expect(results[2]?.rejected).toEqual(['trades of BTCUSDT: side is missing']);
});

test('trades by the insurance fund or ADL are kept and flagged', () => {
  const trade = { e: 'trade', E: time, T: time, s: 'BTCUSDT', t: 5, p: '1', q: '2', m: true };
  const flag = (X?: string) => mapMessage(binance, { ...trade, X }).rows[0]?.off_book;
  expect(['MARKET', 'ADL', 'INSURANCE_FUND', undefined].map(flag)).toEqual([false, true, true, false]);
});

const depth = {
  e: 'depthUpdate',
  E: time + 2,
  T: time,
  s: 'BTCUSDT',
  U: 157,
  u: 160,
  pu: 149,
  b: [['60000', '0']],
  a: [
    ['60001', '2.5'],
    ['x', '1'],
  ],
};

test('books: transaction time, the three ids, removals as 0; a bad level costs only itself', () => {
  const { rows, rejected } = mapMessage(binance, inStream('btcusdt@depth@100ms', depth));
  const row = { ts_event: time * 1000, first_seq: 157, last_seq: 160, prev_seq: 149, is_snapshot: false };
  expect(rows).toMatchObject([
    { ...row, side: 'bid', price: '60000', size: '0', is_last: false },
    { ...row, side: 'ask', price: '60001', size: '2.5', is_last: true },
  ]);
  expect(rejected).toHaveLength(1);
});

test('books: streams of the best levels replace the book, retail books are another one', () => {
  const isSnapshot = (stream: string) => mapMessage(binance, inStream(stream, depth)).rows[0]?.is_snapshot;
  expect(['btcusdt@depth5', 'btcusdt@depth20@100ms', 'btcusdt@depth', 'btcusdt@depth@500ms'].map(isSnapshot)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(mapMessage(binance, inStream('btcusdt@rpiDepth@500ms', depth))).toMatchObject({ rows: [], rejected: [] });
});

test('a book from REST is the state after its id, and one without levels is a row too', () => {
  const body = { lastUpdateId: 42, E: time + 1, T: time, bids: [['1', '2']], asks: [] };
  const path = '/fapi/v1/depth?symbol=BTCUSDT&limit=5';
  expect(mapReply(binance, path, body).rows).toMatchObject([
    { is_snapshot: true, is_last: true, last_seq: 42, side: 'bid', ts_event: time * 1000 },
  ]);
  expect(mapReply(binance, path, { ...body, bids: [] }).rows).toMatchObject([{ is_snapshot: true, is_last: true }]);
  expect(mapReply(binance, path, { lastUpdateId: 42 }).rejected).toEqual(['depth: bids or asks are missing']);
});

test('tickers hold what their message tells', () => {
  const mark = { e: 'markPriceUpdate', E: time, s: 'BTCUSDT', p: '10', P: '11', i: '12', r: '0.0001', T: time + 1000 };
  expect(mapMessage(binance, mark).rows).toEqual([
    expect.objectContaining({
      dataset: 'tickers',
      mark_price: '10',
      index_price: '12',
      funding_rate: '0.0001',
      funding_time: (time + 1000) * 1000,
    }),
  ]);
  const best = { e: 'bookTicker', u: 1, s: 'BTCUSDT', b: '1', B: '2', a: '3', A: '4', T: time, E: time + 1 };
  expect(mapMessage(binance, best).rows).toMatchObject([
    { bid_price: '1', bid_size: '2', ask_price: '3', ask_size: '4', ts_event: time * 1000 },
  ]);
  const day = { e: '24hrTicker', E: time, s: 'BTCUSDT', c: '9', o: '8' };
  expect(mapMessage(binance, day).rows).toMatchObject([{ last_price: '9', ts_event: time * 1000 }]);
});

test('a dated future has no funding in its mark price either', () => {
  const mark = { e: 'markPriceUpdate', E: time, s: 'BTCUSDT_260327', p: '10', i: '12', r: '0.00000000', T: 0 };
  expect(mapMessage(binance, mark).rows).toMatchObject([{ mark_price: '10', funding_rate: null, funding_time: null }]);
});

test('arrays of all markets hold both families: COIN-M is left out, a bad entry is reported, the rest comes', () => {
  const mark = { e: 'markPriceUpdate', E: time, s: 'BTCUSDT', p: '10' };
  const { rows, ignored, rejected } = mapMessage(
    binance,
    inStream('!markPrice@arr', [
      mark,
      { ...mark, s: 'BTCUSDT', st: 2 },
      { ...mark, s: 'BTCUSD_PERP' },
      null,
      { ...mark, st: 1 },
    ]),
  );
  expect(rows).toHaveLength(2);
  expect(ignored).toHaveLength(2);
  expect(rejected).toEqual(['the message is no object']);
});

const candle = {
  t: time,
  T: time + 59_999,
  s: 'BTCUSDT',
  i: '1m',
  o: '1',
  c: '2',
  h: '3',
  l: '0.5',
  v: '10',
  n: 7,
  x: true,
  q: '15',
};

test('candles; those of a rolling contract belong to no single instrument', () => {
  const row = { interval_seconds: 60, open_time: time * 1000, ts_event: time * 1000, trades: 7, closed: true };
  expect(mapMessage(binance, { e: 'kline', E: time, s: 'BTCUSDT', k: candle }).rows).toMatchObject([row]);
  const rolling = { e: 'continuous_kline', E: time, ps: 'BTCUSDT', k: candle };
  expect(mapMessage(binance, { ...rolling, ct: 'PERPETUAL' }).rows).toMatchObject([
    { ...row, symbol: 'BTC-USDT-PERP' },
  ]);
  expect(mapMessage(binance, { ...rolling, ct: 'NEXT_QUARTER' })).toMatchObject({ rows: [], rejected: [] });
  const open = [time, '1', '3', '0.5', '2', '10', 1_772_323_200_000, '15', 7];
  const past = [time, '1', '3', '0.5', '2', '10', 1_772_323_199_999, '15', 7];
  const { rows, rejected } = mapReply(binance, '/fapi/v1/klines?symbol=BTCUSDT&interval=1d', [past, open, 5]);
  expect(rows).toMatchObject([
    { interval_seconds: 86_400, closed: true },
    { interval_seconds: 86_400, closed: false },
  ]);
  expect(rejected).toEqual(['candles: no array']);
  const quarter = '/fapi/v1/continuousKlines?pair=BTCUSDT&contractType=CURRENT_QUARTER&interval=1d';
  expect(mapReply(binance, quarter, [past]).rows).toEqual([]);
});

test('replies that a recorder put into the envelope of a stream', () => {
  const book = { lastUpdateId: 9, bids: [['1', '2']], asks: [] };
  expect(mapMessage(binance, inStream('btcusdt@depthSnapshot', book)).rows).toMatchObject([
    { symbol: 'BTC-USDT-PERP', is_snapshot: true, last_seq: 9, ts_event: null },
  ]);
  const interest = { symbol: 'BTCUSDT', openInterest: '26286.181' };
  expect(mapMessage(binance, inStream('btcusdt@openInterest', interest)).rows).toMatchObject([
    { dataset: 'open_interest', open_interest: '26286.181', ts_event: null },
  ]);
});

test.each([
  [{ result: null, id: 1 }, 'ignored'],
  [{ result: ['btcusdt@aggTrade'], id: 2 }, 'ignored'],
  [{ e: 'TRADE_LITE', s: 'BTCUSDT' }, 'ignored'],
  [{ e: 'contractInfo', s: 'BTCUSDT' }, 'ignored'],
  [{ e: 'aggTrade', s: 'BTCUSDT', a: 1, p: '1', q: '1', T: 1, m: true, M: true }, 'ignored'],
  [{ e: 'depthUpdate', s: 'BTCUSDT', U: 1, u: 2, b: [['1', '1']], a: [] }, 'ignored'],
  [{ u: 1, s: 'BTCUSDT', b: '1', B: '1', a: '2', A: '2' }, 'ignored'],
  [{ error: { code: 2, msg: 'Invalid request' }, id: 3 }, 'rejected'],
  [{ code: 2, msg: 'Invalid request' }, 'rejected'],
  [{ e: 'newThing', s: 'BTCUSDT' }, 'rejected'],
  [{ e: 'forceOrder', E: 1 }, 'rejected'],
  [7, 'rejected'],
] as const)('%j is %s', (message, where) => {
  const result = mapMessage(binance, message);
  expect(result.rows).toEqual([]);
  expect({ ignored: result.ignored.length, rejected: result.rejected.length }).toEqual({
    ignored: where === 'ignored' ? 1 : 0,
    rejected: where === 'rejected' ? 1 : 0,
  });
});

test('digits that a double would lose come through whole', () => {
  const text =
    '{"e":"aggTrade","s":"BTCUSDT","a":9007199254740993,"p":0.1234567890123456789,"q":1e-8,"f":1,"l":1,"T":1790000000001,"m":true}';
  expect(mapMessage(binance, text).rows).toMatchObject([
    { trade_id: '9007199254740993', price: '0.1234567890123456789', size: '0.00000001' },
  ]);
});
