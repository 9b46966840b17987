import { expect, test } from 'vitest';
import { adapterOf, mapMessage, mapReply, time } from '../mapped.ts';

const hyperliquid = adapterOf('hyperliquid');

const at = time('2026-10-05T12:14:59.500Z');
const ms = at / 1000;

function trade(more: object) {
  return { coin: 'BTC', side: 'A', px: '84143.0', sz: '0.00036', time: ms, hash: '0xab', ...more };
}

test('trades: A sold and B bought into the book; ids beyond 2^53 keep their digits', () => {
  const message = `{"channel":"trades","data":[
    {"coin":"BTC","side":"A","px":"84143.0","sz":"0.00036","time":${ms},"tid":90071992547409931},
    {"coin":"@107","side":"B","px":"1","sz":"1","time":${ms},"tid":1},
    {"coin":"ETH","side":"B","px":2000.50,"sz":3,"time":${ms},"tid":7}]}`;
  const mapped = mapMessage(hyperliquid, message);
  expect(mapped.of('trades')).toEqual([
    {
      symbol: 'BTC-USDC-PERP',
      venue_symbol: 'BTC',
      ts_event: at,
      trade_id: '90071992547409931',
      side: 'sell',
      price: '84143.0',
      size: '0.00036',
      off_book: false,
    },
    expect.objectContaining({ venue_symbol: 'ETH', trade_id: '7', side: 'buy', price: '2000.5', size: '3' }),
  ]);
  expect(mapped.ignored).toHaveLength(1);
});

test('trades from before they had ids are told apart by transaction and place', () => {
  const data = [trade({}), trade({ hash: '0xcd' }), trade({ px: '1' }), trade({ hash: null })];
  const mapped = mapMessage(hyperliquid, { channel: 'trades', data });
  expect(mapped.of('trades').map((row) => row.trade_id)).toEqual(['0xab-0', '0xcd-0', '0xab-1']);
  expect(mapped.rejected).toEqual(['trades of BTC: trade_id is missing']);
});

test('a bad trade costs only itself', () => {
  const data = [trade({ tid: 1, px: '' }), trade({ tid: 2, side: 'X' }), 7, trade({ tid: 3 })];
  const mapped = mapMessage(hyperliquid, { channel: 'trades', data });
  expect(mapped.of('trades').map((row) => row.trade_id)).toEqual(['3']);
  expect(mapped.rejected).toHaveLength(3);
});

const level = (px: string, sz: string) => ({ px, sz, n: 1 });

test('every book frame replaces the book and carries no sequence', () => {
  const levels = [[level('99', '1'), level('98', '2')], [level('101', '3')]];
  const mapped = mapMessage(hyperliquid, { channel: 'l2Book', data: { coin: 'BTC', time: ms, levels } });
  const common = { symbol: 'BTC-USDC-PERP', venue_symbol: 'BTC', ts_event: at, is_snapshot: true };
  expect(mapped.of('book_deltas')).toEqual([
    { ...common, side: 'bid', price: '99', size: '1', is_last: false },
    { ...common, side: 'bid', price: '98', size: '2', is_last: false },
    { ...common, side: 'ask', price: '101', size: '3', is_last: true },
  ]);
});

test('an empty book is said to be empty; a frame without sides, or without a book, is rejected', () => {
  const empty = mapMessage(hyperliquid, { channel: 'l2Book', data: { coin: 'BTC', time: ms, levels: [[], []] } });
  expect(empty.of('book_deltas')).toEqual([expect.objectContaining({ is_snapshot: true, is_last: true })]);
  expect(mapMessage(hyperliquid, { channel: 'l2Book', data: { coin: 'BTC', levels: [[]] } }).rejected).toHaveLength(1);
  const request = { method: 'POST', path: '/info', body: '{"type":"l2Book","coin":"NOPE"}' } as const;
  expect(mapReply(hyperliquid, request, 'null').rejected).toEqual(['book_deltas of NOPE: bids or asks are missing']);
});

test('best bid and ask: a missing side is null', () => {
  const best = (bbo: unknown[]) => mapMessage(hyperliquid, { channel: 'bbo', data: { coin: 'BTC', time: ms, bbo } });
  expect(best([null, level('101', '3')]).of('tickers')[0]).toMatchObject({
    ts_event: at,
    bid_price: null,
    bid_size: null,
    ask_price: '101',
    ask_size: '3',
  });
  expect(best([level('99', '1')]).of('tickers')[0]).toMatchObject({ bid_price: '99', ask_price: null });
});

test('the context of a coin is a ticker: oracle as index, no time, charged at the next full hour', () => {
  const ctx = {
    funding: '0.0000018952',
    openInterest: '36585.31848',
    oraclePx: '84198.0',
    markPx: '84148.0',
    midPx: '1',
  };
  const mapped = mapMessage(hyperliquid, { channel: 'activeAssetCtx', data: { coin: 'BTC', ctx } });
  expect(mapped.of('tickers')).toEqual([
    {
      symbol: 'BTC-USDC-PERP',
      venue_symbol: 'BTC',
      ts_event: null,
      mark_price: '84148.0',
      index_price: '84198.0',
      funding_rate: '0.0000018952',
      open_interest: '36585.31848',
      funding_time: time('2026-10-05T13:00:00Z'),
    },
  ]);
  expect(mapMessage(hyperliquid, { channel: 'activeAssetCtx', data: { coin: 'BTC', ctx: {} } }).rejected).toHaveLength(
    1,
  );
});

test('a candle is closed once its last millisecond is over', () => {
  const candle = (t: string) => ({
    ...{ t: time(t) / 1000, T: time(t) / 1000 + 59_999, s: 'kPEPE', i: '1m' },
    ...{ o: '1', h: '4', l: '0.5', c: '2', v: '10', n: 3 },
  });
  const data = [candle('2026-10-05T12:14:00Z'), candle('2026-10-05T12:15:00Z')];
  const mapped = mapMessage(hyperliquid, { channel: 'candle', data });
  expect(mapped.of('candles').map((row) => row.closed)).toEqual([true, false]);
  expect(mapped.of('candles')[0]).toEqual({
    symbol: 'kPEPE-USDC-PERP',
    venue_symbol: 'kPEPE',
    ts_event: time('2026-10-05T12:14:00Z'),
    interval_seconds: 60,
    open_time: time('2026-10-05T12:14:00Z'),
    open: '1',
    high: '4',
    low: '0.5',
    close: '2',
    volume: '10',
    trades: 3,
    closed: true,
  });
  const [first] = data;
  expect(mapMessage(hyperliquid, { channel: 'candle', data: first }).of('candles')).toHaveLength(1);
});

test('what is no data of ours is ignored, what the venue complains about is rejected', () => {
  for (const channel of ['subscriptionResponse', 'pong', 'allMids', 'activeSpotAssetCtx', 'orderUpdates', 'post']) {
    expect(mapMessage(hyperliquid, { channel, data: { coin: '@1' } })).toMatchObject({ rows: [], rejected: [] });
  }
  expect(mapMessage(hyperliquid, { channel: 'error', data: 'Already subscribed' }).rejected).toEqual([
    'error of the venue: Already subscribed',
  ]);
  const refused = { id: 1, response: { type: 'error', payload: '429' } };
  expect(mapMessage(hyperliquid, { channel: 'post', data: refused }).rejected).toHaveLength(1);
  expect(mapMessage(hyperliquid, { channel: 'novel', data: 1 }).rejected).toHaveLength(1);
  expect(mapMessage(hyperliquid, 'null').rejected).toHaveLength(1);
});
