import { type PollQuery, replyMapperFor, type StreamedDataset } from '@feedlake/exchanges';
import type { RestRequest } from '@feedlake/transport';
import { describe, expect, it } from 'vitest';
import { adapterOf, mapReply, time, walk } from './mapped.ts';

const now = time('2026-10-05T12:15:00Z');
const query: PollQuery = {
  symbol: 'BTCUSDT',
  lastTradeId: null,
  since: time('2026-10-05T12:13:30.000001Z'),
  now,
  options: { candleSeconds: [60], options: {} },
};

function pollOf(exchange: string, dataset: StreamedDataset) {
  const poll = adapterOf(exchange).streams.polls[dataset];
  if (poll === undefined) throw new Error(`${exchange} does not poll ${dataset}`);
  return poll;
}

/** The requests of a poll against a venue that answers them, as `path body cost`. */
function requestsOf(
  exchange: string,
  dataset: StreamedDataset,
  more: Partial<PollQuery> = {},
  answer: (request: RestRequest) => unknown = () => [],
): string[] {
  const requests = walk(pollOf(exchange, dataset).pages({ ...query, ...more }), answer);
  return requests.map(({ path, body, costs }) => `${body ?? path} = ${Object.values(costs).join()}`);
}

describe('Binance', () => {
  const aggregates = (from: number, count: number) =>
    Array.from({ length: count }, (_none, index) => ({ a: from + index, p: '1', q: '1', f: 1, l: 1, T: 1, m: true }));

  it('goes on after the newest trade that is known, page by page', () => {
    const answer = ({ path }: RestRequest) => {
      const from = Number(/fromId=(\d+)/.exec(path)?.[1]);
      return aggregates(from, Math.max(0, Math.min(1000, 3501 - from)));
    };
    expect(pollOf('binance', 'trades').resumes).toBe(true);
    expect(requestsOf('binance', 'trades', { lastTradeId: '1499' }, answer)).toEqual([
      '/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1000&fromId=1500 = 20',
      '/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1000&fromId=2500 = 20',
      '/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1000&fromId=3500 = 20',
    ]);
    expect(requestsOf('binance', 'trades')).toEqual(['/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1000 = 20']);
  });

  it('ends where a full page brings nothing new', () => {
    const answer = () => aggregates(1, 1000);
    expect(requestsOf('binance', 'trades', { lastTradeId: '5000' }, answer)).toHaveLength(1);
  });

  it('asks for whole books, best and last prices of all, and candles since the last poll', () => {
    expect(requestsOf('binance', 'book_deltas')).toEqual(['/fapi/v1/depth?symbol=BTCUSDT&limit=1000 = 20']);
    expect(requestsOf('binance', 'tickers')).toEqual(['/fapi/v1/ticker/bookTicker = 5', '/fapi/v1/ticker/price = 2']);
    expect(requestsOf('binance', 'candles')).toEqual([
      `/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=${time('2026-10-05T12:13:00Z') / 1000}&limit=99 = 1`,
    ]);
  });
});

describe('Bybit', () => {
  it('asks for the newest trades, books as deep as they are streamed, and candles since the last poll', () => {
    expect(requestsOf('bybit', 'trades')).toEqual([
      '/v5/market/recent-trade?category=linear&symbol=BTCUSDT&limit=1000 = 1',
    ]);
    expect(requestsOf('bybit', 'book_deltas')).toEqual([
      '/v5/market/orderbook?category=linear&symbol=BTCUSDT&limit=200 = 1',
    ]);
    const start = time('2026-10-05T12:13:00Z') / 1000;
    expect(requestsOf('bybit', 'candles')).toEqual([
      `/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1&start=${start}&end=${now / 1000}&limit=1000 = 1`,
    ]);
  });
});

describe('Hyperliquid', () => {
  const body = (value: object) => JSON.stringify(value);

  it('asks for trades, books and candles, weighed by the most that may come', () => {
    const coin = { symbol: 'BTC' };
    expect(requestsOf('hyperliquid', 'trades', coin)).toEqual([`${body({ type: 'recentTrades', coin: 'BTC' })} = 25`]);
    expect(requestsOf('hyperliquid', 'book_deltas', coin)).toEqual([`${body({ type: 'l2Book', coin: 'BTC' })} = 2`]);
    const startTime = time('2026-10-05T12:13:00Z') / 1000;
    const req = { coin: 'BTC', interval: '1m', startTime, endTime: now / 1000 };
    expect(requestsOf('hyperliquid', 'candles', coin)).toEqual([`${body({ type: 'candleSnapshot', req })} = 21`]);
  });

  it('asks for the fills of each vault, for more where a page is full', () => {
    const vault = (digit: string) => `0x${digit.repeat(40)}`;
    const options = { candleSeconds: [], options: { liquidator_vaults: [vault('a'), vault('b')] } };
    const first = time('2026-10-05T12:13:30.001Z') / 1000;
    const answer = ({ body: sent = '' }: RestRequest) => {
      const { user, startTime } = JSON.parse(sent);
      const count = user === vault('a') && startTime === first ? 2000 : 3;
      return Array.from({ length: count }, (_none, index) => ({
        coin: 'BTC',
        time: startTime + Math.floor(index / 4),
      }));
    };
    const ask = (user: string, startTime: number) => `${body({ type: 'userFillsByTime', user, startTime })} = 120`;
    expect(requestsOf('hyperliquid', 'liquidations', { options }, answer)).toEqual([
      ask(vault('a'), first),
      ask(vault('a'), first + 499),
      ask(vault('b'), first),
    ]);
  });

  it('ends where a full page brings nothing newer', () => {
    const answer = () => Array.from({ length: 2000 }, () => ({ coin: 'BTC', time: query.since / 1000 - 5 }));
    expect(requestsOf('hyperliquid', 'liquidations', {}, answer)).toHaveLength(2);
  });
});

describe('Backpack', () => {
  it('asks for the newest trades, whole books, last prices of all, and candles since the last poll, in seconds', () => {
    const symbol = { symbol: 'BTC_USDC_PERP' };
    expect(requestsOf('backpack', 'trades', symbol)).toEqual(['/api/v1/trades?symbol=BTC_USDC_PERP&limit=1000 = 1']);
    expect(requestsOf('backpack', 'book_deltas', symbol)).toEqual([
      '/api/v1/depth?symbol=BTC_USDC_PERP&limit=1000 = 1',
    ]);
    expect(requestsOf('backpack', 'tickers')).toEqual(['/api/v1/tickers = 1']);
    expect(requestsOf('backpack', 'candles', symbol)).toEqual([
      `/api/v1/klines?symbol=BTC_USDC_PERP&interval=1m&startTime=${time('2026-10-05T12:13:00Z') / 1e6} = 1`,
    ]);
  });
});

it('asks for the book that changes are joined to as it polls it', () => {
  for (const exchange of ['binance', 'backpack']) {
    const { books, polls } = adapterOf(exchange).streams;
    expect([...(polls.book_deltas?.pages(query) ?? [])]).toEqual([books.snapshot?.('BTCUSDT')]);
  }
});

/** A body of each kind of reply with one good entry. */
const bodies: Readonly<Record<string, unknown>> = {
  'binance trades': [{ a: 1, p: '1', q: '1', f: 1, l: 1, T: 1_795_176_000_000, m: true }],
  'binance book_deltas': { lastUpdateId: 1, T: 1_795_176_000_000, bids: [['1', '1']], asks: [] },
  'binance tickers': [{ symbol: 'BTCUSDT', bidPrice: '1', price: '1', time: 1_795_176_000_000 }],
  'binance candles': [[1_795_176_000_000, '1', '1', '1', '1', '1', 1_795_176_059_999, '1', 1]],
  'bybit trades': {
    list: [{ execId: '1', symbol: 'BTCUSDT', price: '1', size: '1', side: 'Buy', time: '1795176000000' }],
  },
  'bybit book_deltas': { s: 'BTCUSDT', b: [['1', '1']], a: [], ts: 1_795_176_000_000, u: 1, seq: 1 },
  'bybit candles': { symbol: 'BTCUSDT', list: [['1795176000000', '1', '1', '1', '1', '1', '1']] },
  'hyperliquid trades': [{ coin: 'BTC', side: 'A', px: '1', sz: '1', time: 1_795_176_000_000, tid: 1 }],
  'hyperliquid book_deltas': { coin: 'BTC', time: 1_795_176_000_000, levels: [[{ px: '1', sz: '1' }], []] },
  'hyperliquid liquidations': [{ coin: 'BTC', side: 'A', px: '1', sz: '1', time: 1_795_176_000_000, liquidation: {} }],
  'hyperliquid candles': [
    { t: 1_795_176_000_000, T: 1_795_176_059_999, s: 'BTC', i: '1m', o: '1', c: '1', h: '1', l: '1', v: '1' },
  ],
  'backpack trades': [{ id: 1, isBuyerMaker: true, price: '1', quantity: '1', timestamp: 1_795_176_000_000 }],
  'backpack book_deltas': { bids: [['1', '1']], asks: [], lastUpdateId: '1', timestamp: 1_795_176_000_000_000 },
  'backpack tickers': [{ symbol: 'BTC_USDC_PERP', lastPrice: '1' }],
  'backpack candles': [
    {
      start: '2026-10-05T12:13:00',
      end: '2026-10-05T12:14:00',
      open: '1',
      high: '1',
      low: '1',
      close: '1',
      volume: '1',
    },
  ],
};

const polls = ['binance', 'bybit', 'hyperliquid', 'backpack'].flatMap((exchange) =>
  Object.keys(adapterOf(exchange).streams.polls).map((dataset) => `${exchange} ${dataset}`),
);

it.each(polls)('%s: every request has a mapper, which gives rows of that dataset', (name) => {
  const [exchange = '', dataset = ''] = name.split(' ');
  const symbol = exchange === 'backpack' ? 'BTC_USDC_PERP' : exchange === 'hyperliquid' ? 'BTC' : 'BTCUSDT';
  const adapter = adapterOf(exchange);
  const body =
    exchange === 'bybit' ? { retCode: 0, retMsg: 'OK', time: 1_795_176_000_000, result: bodies[name] } : bodies[name];
  const requests = walk(pollOf(exchange, dataset as StreamedDataset).pages({ ...query, symbol }), () => body);
  expect(requests.length).toBeGreaterThan(0);
  for (const request of requests) {
    expect(replyMapperFor(adapter, request), request.path).not.toBeNull();
    const { rows, rejected } = mapReply(adapter, request, body);
    expect([rows.map((row) => row.dataset), rejected]).toEqual([[dataset], []]);
    const pools = adapter.rest.budgets.map(({ pool }) => pool);
    expect(pools).toEqual(expect.arrayContaining(Object.keys(request.costs)));
  }
});
