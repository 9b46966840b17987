import { plainDecimal } from '@feedlake/schema';
import type { TruthRecord, VenueId } from '@feedlake/simulator';
import { expect, test } from 'vitest';
import { startRestFront } from '../../support/rest-front.ts';
import { start } from '../../support/simulated.ts';
import { account, type Polled, polled } from './poller-fixture.ts';

/** Symbols by the venues' own names, and how lively they may be for a reply to hold all trades of a poll's interval. */
const venues = [
  ['binance', ['BTCUSDT', 'ETHUSDT'], 2],
  ['bybit', ['BTCUSDT', 'ETHUSDT'], 2],
  ['hyperliquid', ['BTC', 'ETH'], 0.4],
  ['backpack', ['BTC_USDC_PERP', 'ETH_USDC_PERP'], 2],
] as const;

type Shape = (fields: TruthRecord['fields']) => Record<string, unknown>;

/** What a row of a trade must say, by what the venue said. */
const trades: Readonly<Record<VenueId, Shape>> = {
  binance: (f) => ({ trade_id: f.a, price: f.p, size: f.q, side: f.m === 'true' ? 'sell' : 'buy' }),
  bybit: (f) => ({ trade_id: f.execId, price: f.price, size: f.size, side: f.side?.toLowerCase() }),
  hyperliquid: (f) => ({ trade_id: f.tid, price: f.px, size: f.sz, side: f.side === 'B' ? 'buy' : 'sell' }),
  backpack: (f) => ({
    trade_id: f.id,
    price: f.price,
    size: f.quantity,
    side: f.isBuyerMaker === 'true' ? 'sell' : 'buy',
  }),
};

/** The texts of open, high, low, close and volume. */
const candles: Readonly<Record<VenueId, readonly string[]>> = {
  binance: ['o', 'h', 'l', 'c', 'volume'],
  bybit: ['o', 'h', 'l', 'c', 'volume'],
  hyperliquid: ['o', 'h', 'l', 'c', 'v'],
  backpack: ['open', 'high', 'low', 'close', 'volume'],
};

const columns = ['open', 'high', 'low', 'close', 'volume'] as const;
const plain = (text: unknown) => plainDecimal(String(text));

/** Trades since the start that the venue told, each once. */
function toldTrades(t: Polled, id: VenueId): Record<string, unknown>[] {
  const told = t.tellings('trades').filter(({ time }) => Number(time) >= start);
  const rows = told.map(({ symbol, time, fields }) => ({
    venue_symbol: symbol,
    ts_event: time,
    ...trades[id](fields),
  }));
  return sorted([...new Map(rows.map((row) => [`${row.venue_symbol} ${Object.values(row)[2]}`, row])).values()]);
}

async function storedTrades(t: Polled): Promise<Record<string, unknown>[]> {
  const rows = await t.rows('trades');
  return sorted(
    rows.map(({ venue_symbol, ts_event, trade_id, price, size, side }) => {
      return { venue_symbol, ts_event, trade_id, price, size, side };
    }),
  );
}

function sorted(rows: Record<string, unknown>[]): Record<string, unknown>[] {
  const key = (row: Record<string, unknown>) => `${row.venue_symbol} ${row.ts_event} ${row.trade_id}`;
  return rows
    .map((row) => ({ ...row, price: plain(row.price), size: plain(row.size) }))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

test.each(venues)('%s: without WebSocket, trades and books come by polls, each once', async (...given) => {
  const [id, symbols, tradesPerSecond] = given;
  const t = await polled(id, {
    channels: ['trades', 'book_deltas'],
    symbols,
    settings: { rest_only: true },
    simulator: { streams: { tradesPerSecond, bookLevels: 40 } },
  });
  await t.begun();
  await t.pass(40_000);
  expect(t.simulator.connections(id)).toEqual([]);
  await t.close();
  await expectBooks(t, id);
  const told = toldTrades(t, id);
  expect(told.length).toBeGreaterThan(15);
  expect(await storedTrades(t)).toEqual(told);
  expect(new Set((await t.rows('trades')).map(({ source }) => source))).toEqual(new Set(['simulated']));
  const every = id === 'binance' ? 10 : 5;
  expect(t.complaints()).toEqual(
    ['trades', 'book_deltas'].map(
      (dataset) => `${id}: no stream of ${dataset} (rest_only is set): polled over REST every ${every} s instead`,
    ),
  );
  for (const symbol of new Set((await t.rows('trades')).map((row) => row.symbol ?? ''))) {
    for (const dataset of ['trades', 'book_deltas'] as const) {
      expect(await account(t, dataset, symbol)).toEqual(['covered 0-40 (poll)']);
    }
  }
});

test.each(venues)('%s: without WebSocket, candles come by polls, each once when it is final', async (id, symbols) => {
  const t = await polled(id, {
    channels: ['candles'],
    symbols,
    settings: { rest_only: true, candle_intervals: ['1m', '5m'] },
  });
  await t.begun();
  await t.pass(330_000);
  await t.close();
  const rows = await t.rows('candles');
  const widths = rows.map((row) => row.interval_seconds);
  // It began four seconds before a minute, and 124 s before the end of five.
  expect([60, 300].map((width) => widths.filter((one) => one === width).length)).toEqual([12, 4]);
  expect(rows.every(({ closed }) => closed)).toBe(true);
  for (const row of rows) {
    const end = row.open_time + row.interval_seconds * 1_000_000;
    const told = t
      .tellings('candles', String(row.venue_symbol))
      .filter(({ time, at }) => time === row.open_time && at >= end)
      .map(({ fields }) => candles[id].map((name) => plain(fields[name])));
    expect(told).toContainEqual(columns.map((column) => plain(row[column])));
  }
});

/** Both sides of a whole book, as the venue said it and as the lake has it: price and size, best first. */
const books: Readonly<Record<VenueId, (fields: TruthRecord['fields']) => (readonly [string, string])[][]>> = {
  binance: (f) => [JSON.parse(f.bids ?? ''), JSON.parse(f.asks ?? '')],
  bybit: (f) => [JSON.parse(f.b ?? ''), JSON.parse(f.a ?? '')],
  hyperliquid: (f) =>
    JSON.parse(f.levels ?? '').map((side: { px: string; sz: string }[]) => side.map(({ px, sz }) => [px, sz])),
  backpack: (f) => [JSON.parse(f.bids ?? '').toReversed(), JSON.parse(f.asks ?? '')],
};

/** Every book that the venue told stands in the lake, whole and once. */
async function expectBooks(t: Polled, id: VenueId): Promise<void> {
  const rows = await t.rows('book_deltas');
  expect(rows.every(({ is_snapshot }) => is_snapshot)).toBe(true);
  const told = t.tellings('book_deltas');
  const polls = id === 'binance' ? 5 : 9;
  expect(told.length).toBe(2 * polls);
  const messages = Map.groupBy(rows, (row) => `${row.venue_symbol} ${row.ts_event}`);
  expect(messages.size).toBe(new Set(told.map(({ symbol, time }) => `${symbol} ${time}`)).size);
  for (const { symbol, time, fields } of told) {
    const message = messages.get(`${symbol} ${time}`) ?? [];
    const side = (name: string) =>
      message
        .filter((row) => row.side === name)
        .map((row) => [plain(row.price), plain(row.size)])
        .sort(([a], [b]) => (name === 'bid' ? Number(b) - Number(a) : Number(a) - Number(b)));
    const expected = books[id](fields).map((one) => one.map(([price, size]) => [plain(price), plain(size)]));
    expect([side('bid'), side('ask')]).toEqual(expected);
    expect(message.filter(({ is_last }) => is_last).length).toBe(1);
  }
}

test('binance: best and last prices of the wanted instruments come by one poll of all', async () => {
  const t = await polled('binance', {
    channels: ['tickers'],
    symbols: ['BTCUSDT', 'ETHUSDT'],
    settings: { rest_only: true },
    rest: (simulator) =>
      startRestFront(simulator.urls.binance, (target) =>
        target === '/fapi/v1/ticker/price'
          ? ['BTCUSDT', 'SOLUSDT'].map((symbol) => ({ symbol, price: '123.50', time: simulator.now() / 1000 }))
          : undefined,
      ),
  });
  await t.begun();
  await t.pass(20_000);
  await t.close();
  const rows = await t.rows('tickers');
  expect(new Set(rows.map(({ venue_symbol }) => venue_symbol))).toEqual(new Set(['BTCUSDT', 'ETHUSDT']));
  const last = rows.filter(({ last_price }) => last_price != null);
  expect(last.map(({ venue_symbol, last_price }) => [venue_symbol, plain(last_price)])).toEqual(
    Array(5).fill(['BTCUSDT', '123.5']),
  );
  const told = t
    .tellings('tickers')
    .filter(({ symbol }) => symbol === 'BTCUSDT' || symbol === 'ETHUSDT')
    .map(({ symbol, time, fields: f }) => [symbol, time, ...[f.bidPrice, f.bidQty, f.askPrice, f.askQty].map(plain)]);
  const stored = rows
    .filter(({ bid_price }) => bid_price != null)
    .map((row) => [
      row.venue_symbol,
      row.ts_event,
      ...[row.bid_price, row.bid_size, row.ask_price, row.ask_size].map(plain),
    ]);
  expect(told.length).toBe(10);
  expect(stored.toSorted()).toEqual(told.toSorted());
  expect(await account(t, 'tickers', 'BTC-USDT-PERP')).toEqual(['covered 0-20 (poll)']);
});

test('backpack: last prices come by one poll of all', async () => {
  const t = await polled('backpack', {
    channels: ['tickers'],
    symbols: ['BTC_USDC_PERP'],
    settings: { rest_only: true },
    rest: (simulator) =>
      startRestFront(simulator.urls.backpack, (target) =>
        target === '/api/v1/tickers'
          ? ['ETH_USDC_PERP', 'BTC_USDC_PERP'].map((symbol) => ({ symbol, lastPrice: `${simulator.now()}.5` }))
          : undefined,
      ),
  });
  await t.begun();
  await t.pass(15_000);
  await t.close();
  const rows = await t.rows('tickers');
  expect(rows.map(({ venue_symbol, last_price }) => [venue_symbol, plain(last_price)])).toEqual(
    [0, 5, 10, 15].map((seconds) => ['BTC_USDC_PERP', `${start + seconds * 1_000_000}.5`]),
  );
});

test('hyperliquid: liquidations come by the fills of the vaults, each once, also after a restart', async () => {
  const vaults = ['0x2e3d94f0562703b25c83308a05046ddaf9a8dd14', '0xb0a55f13d22f66e6d495ac98113841b2326e9540'];
  const fills = (now: number) =>
    [-300, 3, 50, 61, 61, 130, 190]
      .map((seconds) => start / 1000 + seconds * 1000)
      .filter((time) => time * 1000 <= now)
      .map((time, index) => ({
        coin: index % 3 === 2 ? 'DOGE' : 'BTC',
        px: '100.5',
        sz: '2',
        side: 'B',
        time,
        dir: 'Liquidated Isolated Long',
        hash: '0x0',
        tid: index,
        liquidation: { liquidatedUser: '0x1', markPx: '100.0', method: 'backstop' },
      }));
  const t = await polled('hyperliquid', {
    channels: ['liquidations'],
    symbols: ['BTC'],
    settings: { rest_only: true, options: { liquidator_vaults: vaults } },
    rest: (simulator) =>
      startRestFront(simulator.urls.hyperliquid, (_target, body) => {
        const { type, user, startTime } = JSON.parse(body);
        if (type !== 'userFillsByTime') return undefined;
        return user === vaults[1] ? fills(simulator.now()).filter(({ time }) => time >= startTime) : [];
      }),
  });
  await t.begun();
  await t.pass(120_000);
  await t.restart(1_000);
  await t.begun();
  await t.pass(120_000);
  await t.close();
  const rows = await t.rows('liquidations');
  expect(
    rows.map(({ symbol, ts_event, completeness, ordinal }) => [
      symbol,
      (Number(ts_event) - start) / 1_000_000,
      completeness,
      ordinal,
    ]),
  ).toEqual(
    [
      [3, 0],
      [61, 0],
      [61, 1],
      [190, 0],
    ].map(([seconds, ordinal]) => ['BTC-USDC-PERP', seconds, 'backstop', ordinal]),
  );
  expect(await account(t, 'liquidations')).toEqual([
    'covered 0-120 (poll)',
    'gap 120-121 shutdown (stream)',
    'covered 121-241 (poll)',
  ]);
});
