import { expect, test } from 'vitest';
import { feedlake } from '../../support/cli.ts';

const trade = (id: number, price = '65000.10') =>
  JSON.stringify({
    e: 'aggTrade',
    E: 1_760_531_696_123,
    s: 'BTCUSDT',
    a: id,
    p: price,
    q: '0.002',
    f: 1,
    l: 2,
    T: 1_760_531_696_120,
    m: true,
  });
const acknowledged = JSON.stringify({ result: null, id: 1 });
const rows = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const normalize = (lines: readonly string[], ...args: string[]) =>
  feedlake(['normalize', '--exchange', 'binance', ...args], lines.map((line) => `${line}\n`).join(''));

test('messages bare and wrapped: one row a line, with its dataset', async () => {
  const { code, stdout, stderr } = await normalize([
    trade(1),
    `{"ts_recv":"2025-10-15T12:34:56.5Z","message":${trade(2)}}`,
    `{"ts_recv":1760531696500001,"message":${trade(3)}}`,
    `{"ts_recv":1760531696500002,"message":${JSON.stringify(trade(4))}}`,
  ]);
  expect(code).toBe(0);
  expect(rows(stdout).map(({ dataset, trade_id }) => [dataset, trade_id])).toEqual(
    ['1', '2', '3', '4'].map((id) => ['trades', id]),
  );
  expect(rows(stdout)[1]).toEqual({
    dataset: 'trades',
    exchange: 'binance',
    symbol: 'BTC-USDT-PERP',
    venue_symbol: 'BTCUSDT',
    ts_event: '2025-10-15T12:34:56.120000Z',
    ts_recv: '2025-10-15T12:34:56.500000Z',
    source: 'live',
    trade_id: '2',
    side: 'sell',
    price: '65000.10',
    size: '0.002',
    off_book: false,
    first_trade_id: '1',
    last_trade_id: '2',
  });
  expect(
    rows(stdout)
      .slice(2)
      .map(({ ts_recv }) => ts_recv),
  ).toEqual(['2025-10-15T12:34:56.500001Z', '2025-10-15T12:34:56.500002Z']);
  expect(stderr).toMatch(/4 lines: 4 rows, 0 rejected/);
});

test('every message is mapped by itself: repeats are not dropped', async () => {
  const { stdout } = await normalize([trade(1), trade(1)]);
  expect(rows(stdout)).toHaveLength(2);
});

test('what is wrong is said with its line; the rest goes on', async () => {
  const { code, stdout, stderr } = await normalize([
    'nonsense',
    trade(1),
    '',
    trade(2, ''),
    '{"ts_recv":"soon","message":{}}',
    trade(3),
  ]);
  expect(code).toBe(3);
  expect(rows(stdout).map(({ trade_id }) => trade_id)).toEqual(['1', '3']);
  expect(stderr).toMatch(/^line 1: not JSON/m);
  expect(stderr).toMatch(/^line 4: trades of BTCUSDT: price is/m);
  expect(stderr).toMatch(/^line 5: ts_recv is no time: "soon"/m);
});

test('acknowledgements beside rows are no fault; alone they are nothing mapped', async () => {
  const among = await normalize([acknowledged, trade(1)]);
  expect(among.code).toBe(0);
  expect(among.stderr).toMatch(/^line 1: no rows: subscription acknowledged$/m);
  expect((await normalize([acknowledged])).code).toBe(1);
  expect((await normalize([])).code).toBe(1);
  expect((await normalize(['nonsense'])).code).toBe(1);
});

test('--rest: bodies of replies, with what the request says', async () => {
  const body = '{"symbol":"BTCUSDT","openInterest":"76543.210","time":1760531696123}';
  const one = await normalize(
    [body, `{"ts_recv":1760531697000000,"message":${body}}`],
    '--rest',
    '/fapi/v1/openInterest?symbol=BTCUSDT',
  );
  expect(one.code).toBe(0);
  expect(rows(one.stdout)[1]).toMatchObject({
    dataset: 'open_interest',
    symbol: 'BTC-USDT-PERP',
    open_interest: '76543.210',
    ts_event: '2025-10-15T12:34:56.123000Z',
    ts_recv: '2025-10-15T12:34:57.000000Z',
    source: 'rest',
  });
  const history = `[{"symbol":"BTCUSDT","sumOpenInterest":"1.5","sumOpenInterestValue":"","timestamp":1760529600000}]`;
  const { stdout } = await normalize([history], '--rest', 'futures/data/openInterestHist?symbol=BTCUSDT&period=4h');
  expect(rows(stdout)[0]).toMatchObject({ period_seconds: 14_400, open_interest: '1.5', open_interest_value: null });
});

test('--rest: an error that the venue answered is rejected in its own words', async () => {
  const { code, stderr } = await normalize(
    ['{"code":-1121,"msg":"Invalid symbol."}'],
    '--rest',
    '/fapi/v1/openInterest?symbol=NOPE',
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/^line 1: bad_symbol: Invalid symbol. \(-1121\)$/m);
});

test('--body: the reply to a POST', async () => {
  const reply = [
    {
      universe: [
        { name: 'BTC', szDecimals: 5 },
        { name: 'ETH', szDecimals: 4 },
      ],
      collateralToken: 0,
    },
    [
      { funding: '0.0000125', openInterest: '25000.5', markPx: '65000.0', oraclePx: '65010.0' },
      { funding: null, openInterest: '1.0', markPx: '2500.0', oraclePx: '2501.0' },
    ],
  ];
  const args = ['normalize', '--exchange', 'hyperliquid', '--rest', '/info', '--body', '{"type":"metaAndAssetCtxs"}'];
  const { code, stdout, stderr } = await feedlake(args, `${JSON.stringify(reply)}\n`);
  expect(code).toBe(3);
  expect(rows(stdout).map(({ dataset, symbol }) => [dataset, symbol])).toEqual([
    ['open_interest', 'BTC-USDC-PERP'],
    ['funding_rates', 'BTC-USDC-PERP'],
    ['open_interest', 'ETH-USDC-PERP'],
  ]);
  expect(stderr).toMatch(/^line 1: funding_rates of ETH: rate is/m);
});

test('bybit: only ticker deltas keep state from line to line', async () => {
  const ticker = (type: string, ts: number, data: object) =>
    JSON.stringify({ topic: 'tickers.BTCUSDT', type, ts, cs: 1, data: { symbol: 'BTCUSDT', ...data } });
  const snapshot = ticker('snapshot', 1_760_531_696_000, {
    lastPrice: '65000.1',
    markPrice: '65001.2',
    bid1Price: '65000.0',
  });
  const delta = ticker('delta', 1_760_531_697_000, { lastPrice: '65002.5' });
  const { code, stdout } = await feedlake(['normalize', '--exchange', 'bybit'], `${snapshot}\n${delta}\n`);
  expect(code).toBe(0);
  expect(rows(stdout).map(({ last_price, mark_price, bid_price }) => [last_price, mark_price, bid_price])).toEqual([
    ['65000.1', '65001.2', '65000.0'],
    ['65002.5', '65001.2', '65000.0'],
  ]);
});
