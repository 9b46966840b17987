import { expect, test } from 'vitest';
import { adapterOf, mapMessage, time } from '../mapped.ts';

const backpack = adapterOf('backpack');
const T = time('2026-10-05T12:14:59.123456Z');
const E = T + 215;
const common = { symbol: 'AAPL.US-USDC-PERP', venue_symbol: 'AAPL.US_USDC_PERP', ts_event: T };

/** A message of a stream about a symbol with a dot in its name. */
function message(e: string, more: object, stream = `${e}.AAPL.US_USDC_PERP`) {
  return mapMessage(backpack, { stream, data: { e, E, T, s: 'AAPL.US_USDC_PERP', ...more } });
}

test('book changes keep their sequence; 0 removes a level', () => {
  const mapped = message(
    'depth',
    { U: 5, u: 7, b: [['99', '1.5']], a: [['101', '0.00']] },
    'depth.200ms.AAPL.US_USDC_PERP',
  );
  const sequence = { first_seq: 5, last_seq: 7, is_snapshot: false };
  expect(mapped.of('book_deltas')).toEqual([
    { ...common, ...sequence, side: 'bid', price: '99', size: '1.5', is_last: false },
    { ...common, ...sequence, side: 'ask', price: '101', size: '0.00', is_last: true },
  ]);
  expect(message('depth', { U: 5, u: 7, b: [] }).rejected).toHaveLength(1);
});

test('trades: the engine time over that of the message, ids as texts, and numbers written as texts', () => {
  expect(message('trade', { t: 12345, p: '18.68', q: '0.122', m: true }).of('trades')).toEqual([
    { ...common, trade_id: '12345', side: 'sell', price: '18.68', size: '0.122', off_book: false },
  ]);
  const texts = { e: 'trade', E: String(E), T: String(T), s: 'ETH_USDC_PERP', t: '9', p: '1', q: '2', m: false };
  expect(mapMessage(backpack, texts).of('trades')[0]).toMatchObject({ ts_event: T, trade_id: '9', side: 'buy' });
  expect(message('trade', { t: 1, p: '1', q: '2', m: 'yes' }).rejected).toHaveLength(1);
});

test('best bid and ask: a missing side is null', () => {
  expect(message('bookTicker', { a: '101', A: '2', b: null, B: null, u: 9 }).of('tickers')).toEqual([
    { ...common, bid_price: null, bid_size: null, ask_price: '101', ask_size: '2' },
  ]);
});

test('mark price: the next funding time is in milliseconds, unlike the others', () => {
  const n = time('2026-10-05T13:00:00Z') / 1000;
  expect(message('markPrice', { p: '340.43', i: '340.52', f: '0.00000625', n }).of('tickers')).toEqual([
    {
      ...common,
      mark_price: '340.43',
      index_price: '340.52',
      funding_rate: '0.00000625',
      funding_time: time('2026-10-05T13:00:00Z'),
    },
  ]);
});

test('the stream of open interest becomes open interest, the ticker a last price', () => {
  const mapped = message('openInterest', { T: undefined, o: '1380.05922' });
  expect(mapped.of('open_interest')).toEqual([{ ...common, ts_event: E, open_interest: '1380.05922' }]);
  expect(message('openInterest', { o: '' }).rejected).toHaveLength(1);
  expect(message('ticker', { T: undefined, c: '86625' }).of('tickers')).toEqual([
    { ...common, ts_event: E, last_price: '86625' },
  ]);
});

const candle = { o: '1', h: '3', l: '0.5', c: '2', v: '10', n: 7, X: false };

test('candles: naive UTC texts, the interval from the name of the stream', () => {
  const more = { ...candle, t: '2026-10-05T12:00:00', T: '2026-10-05T14:00:00' };
  const mapped = message('kline', more, 'kline.2h.AAPL.US_USDC_PERP');
  expect(mapped.of('candles')).toEqual([
    {
      ...common,
      ts_event: time('2026-10-05T12:00:00Z'),
      interval_seconds: 7200,
      open_time: time('2026-10-05T12:00:00Z'),
      open: '1',
      high: '3',
      low: '0.5',
      close: '2',
      volume: '10',
      trades: 7,
      closed: false,
    },
  ]);
  expect(message('kline', { ...more, X: true }, '').of('candles')[0]).toMatchObject({
    interval_seconds: 7200,
    closed: true,
  });
  expect(message('kline', more, 'kline.1month.AAPL.US_USDC_PERP').rejected).toHaveLength(1);
});

test.each(['liquidation', 'liquidation.AAPL.US_USDC_PERP'])('%s: the side stays open, its letter is kept', (stream) => {
  expect(message('liquidation', { q: '10', p: '18.70', S: 'Bid' }, stream).of('liquidations')).toEqual([
    { ...common, side: null, venue_side: 'Bid', price: '18.70', size: '10', completeness: 'full', ordinal: 0 },
  ]);
});

test('errors are rejected in the words of the venue', () => {
  const refused = mapMessage(backpack, { id: null, error: { code: 4006, message: 'Invalid stream' } });
  expect(refused.rejected).toEqual(['error of the venue: Invalid stream (4006)']);
  expect(mapMessage(backpack, { stream: 'novel.X', data: { s: 'X' } }).rejected).toHaveLength(1);
  expect(mapMessage(backpack, { stream: 'trade.X', data: null }).rejected).toHaveLength(1);
});

test('spot markets and accounts are ignored', () => {
  const spot = { e: 'trade', E, T, s: 'SOL_USDC', t: 1, p: '1', q: '1', m: true };
  for (const data of [spot, { e: 'positionOpened', s: 'ETH_USDC_PERP' }, { e: 'orderFill', s: 'ETH_USDC_PERP' }]) {
    expect(mapMessage(backpack, data)).toMatchObject({ rows: [], rejected: [] });
  }
  const position = { stream: 'account.positionUpdate', data: { s: 'ETH_USDC_PERP', q: '1' } };
  expect(mapMessage(backpack, position)).toMatchObject({ rows: [], rejected: [] });
});
