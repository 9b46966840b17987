import { expect, test } from 'vitest';
import { type HotFeed, scanAndCompare, type VenueId } from '../../../support/scanned.ts';

const time = 1_790_000_000_123;
const micros = time * 1000 + 7;

interface Case {
  readonly venue: VenueId;
  readonly feed: HotFeed;
  readonly symbol: string;
  /** The event, whose members are varied. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly write: (event: string) => string;
}

const binanceTrade: Case = {
  venue: 'binance',
  feed: 'trades',
  symbol: 'BTCUSDT',
  event: {
    e: 'aggTrade',
    E: time + 2,
    a: 31,
    s: 'BTCUSDT',
    p: '84143.10',
    q: '0.016',
    f: 100,
    l: 105,
    T: time,
    m: true,
  },
  write: (event) => `{"stream":"btcusdt@aggTrade","data":${event}}`,
};

const binanceBook: Case = {
  venue: 'binance',
  feed: 'book_deltas',
  symbol: 'BTCUSDT',
  event: {
    ...{ e: 'depthUpdate', E: time + 2, T: time, s: 'BTCUSDT', U: 150, u: 160, pu: 149 },
    ...{
      b: [
        ['84143.10', '2'],
        ['84143.00', '0.000'],
      ],
      a: [['84143.20', '1.5']],
    },
  },
  write: (event) => `{"stream":"btcusdt@depth@100ms","data":${event}}`,
};

const bybitTrade: Case = {
  venue: 'bybit',
  feed: 'trades',
  symbol: 'BTCUSDT',
  event: { T: time, s: 'BTCUSDT', S: 'Sell', v: '0.001', p: '84143.10', L: 'PlusTick', i: '20f43950-d8dd', BT: false },
  write: (event) => `{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":${time + 2},"data":[${event}]}`,
};

const bybitBook: Case = {
  venue: 'bybit',
  feed: 'book_deltas',
  symbol: 'BTCUSDT',
  event: { s: 'BTCUSDT', b: [['84143.10', '2']], a: [['84143.20', '0']], u: 177, seq: 66_544_703_342 },
  write: (event) => `{"topic":"orderbook.200.BTCUSDT","type":"delta","ts":${time + 2},"data":${event},"cts":${time}}`,
};

const hyperliquidTrade: Case = {
  venue: 'hyperliquid',
  feed: 'trades',
  symbol: 'BTC',
  event: {
    coin: 'BTC',
    side: 'A',
    px: '84143.0',
    sz: '0.00036',
    time,
    hash: '0x7a',
    tid: 1_045_359_869_404_765,
    users: ['0x9', '0x8'],
  },
  write: (event) => `{"channel":"trades","data":[${event}]}`,
};

const hyperliquidBook: Case = {
  venue: 'hyperliquid',
  feed: 'book_deltas',
  symbol: 'BTC',
  event: {
    coin: 'BTC',
    time,
    levels: [[{ px: '84143.0', sz: '10.25923', n: 36 }], [{ px: '84144.0', sz: '50.66449', n: 18 }]],
  },
  write: (event) => `{"channel":"l2Book","data":${event}}`,
};

const backpackTrade: Case = {
  venue: 'backpack',
  feed: 'trades',
  symbol: 'BTC_USDC_PERP',
  event: {
    E: micros + 9,
    T: micros,
    a: '51',
    b: '52',
    e: 'trade',
    m: false,
    p: '86655.9',
    q: '0.0008',
    s: 'BTC_USDC_PERP',
    t: 107,
  },
  write: (event) => `{"data":${event},"stream":"trade.BTC_USDC_PERP"}`,
};

const backpackBook: Case = {
  venue: 'backpack',
  feed: 'book_deltas',
  symbol: 'BTC_USDC_PERP',
  event: {
    E: micros + 9,
    T: micros,
    U: 67,
    a: [['86656.0', '0.00']],
    b: [['86655.9', '1.94230']],
    e: 'depth',
    s: 'BTC_USDC_PERP',
    u: 68,
  },
  write: (event) => `{"data":${event},"stream":"depth.BTC_USDC_PERP"}`,
};

const all = [
  binanceTrade,
  binanceBook,
  bybitTrade,
  bybitBook,
  hyperliquidTrade,
  hyperliquidBook,
  backpackTrade,
  backpackBook,
];

function scanned(
  { venue, feed, symbol, event, write }: Case,
  changes: Record<string, unknown> = {},
  rewrite = (text: string) => text,
) {
  const text = rewrite(write(JSON.stringify({ ...event, ...changes })));
  return scanAndCompare(venue, feed, Buffer.from(text), symbol);
}

const noNumbers = { first_seq: null, last_seq: null, prev_seq: null, cross_seq: null };
const noAggregate = { first_trade_id: null, last_trade_id: null };

test.each<[Case, Record<string, unknown>[]]>([
  [
    binanceTrade,
    [
      {
        ...{ ts_event: time * 1000, trade_id: '31', side: 'sell', price: 84_143.1, size: 0.016, off_book: false },
        ...{ first_trade_id: '100', last_trade_id: '105' },
      },
    ],
  ],
  [
    bybitTrade,
    [
      {
        ...{ ts_event: time * 1000, trade_id: '20f43950-d8dd', side: 'sell', price: 84_143.1, size: 0.001 },
        ...{ off_book: false, ...noAggregate },
      },
    ],
  ],
  [
    hyperliquidTrade,
    [
      {
        ...{ ts_event: time * 1000, trade_id: '1045359869404765', side: 'sell', price: 84_143, size: 0.00036 },
        ...{ off_book: false, ...noAggregate },
      },
    ],
  ],
  [
    backpackTrade,
    [
      {
        ...{ ts_event: micros, trade_id: '107', side: 'buy', price: 86_655.9, size: 0.0008 },
        ...{ off_book: false, ...noAggregate },
      },
    ],
  ],
  [
    binanceBook,
    (['bid', 'bid', 'ask'] as const).map((side, row) => ({
      ...{ ts_event: time * 1000, side, price: [84_143.1, 84_143, 84_143.2][row], size: [2, 0, 1.5][row] },
      ...{ ...noNumbers, first_seq: 150, last_seq: 160, prev_seq: 149, is_snapshot: false, is_last: row === 2 },
    })),
  ],
  [
    bybitBook,
    (['bid', 'ask'] as const).map((side, row) => ({
      ...{ ts_event: time * 1000, side, price: [84_143.1, 84_143.2][row], size: [2, 0][row] },
      ...{ ...noNumbers, last_seq: 177, cross_seq: 66_544_703_342, is_snapshot: false, is_last: row === 1 },
    })),
  ],
  [
    hyperliquidBook,
    (['bid', 'ask'] as const).map((side, row) => ({
      ...{ ts_event: time * 1000, side, price: [84_143, 84_144][row], size: [10.25923, 50.66449][row] },
      ...{ ...noNumbers, is_snapshot: true, is_last: row === 1 },
    })),
  ],
  [
    backpackBook,
    (['bid', 'ask'] as const).map((side, row) => ({
      ...{ ts_event: micros, side, price: [86_655.9, 86_656][row], size: [1.9423, 0][row] },
      ...{ ...noNumbers, first_seq: 67, last_seq: 68, is_snapshot: false, is_last: row === 1 },
    })),
  ],
])('$venue, $feed: every value of its rows', (one, rows) => {
  expect(scanned(one)).toEqual(rows);
});

test.each<[venue: string, what: string, of: Case, changes: Record<string, unknown>, expected: Record<string, unknown>]>(
  [
    [
      'binance',
      'an event that tells it is of USD-M',
      binanceTrade,
      { ps: 'BTCUSDT', nq: '0.010', st: 1 },
      { size: 0.016 },
    ],
    ['binance', 'a buyer who took', binanceTrade, { m: false }, { side: 'buy' }],
    ['binance', 'a trade that names no others', binanceTrade, { f: undefined, l: undefined }, noAggregate],
    ['binance', 'a book that tells it is of USD-M', binanceBook, { ps: 'BTCUSDT', st: 1 }, { prev_seq: 149 }],
    ['bybit', 'a trade off the book', bybitTrade, { BT: true, RPI: false, seq: 5 }, { off_book: true }],
    ['bybit', 'a trade that says nothing of it', bybitTrade, { BT: undefined, L: undefined }, { off_book: false }],
    ['bybit', 'a service that was started again', bybitBook, { u: 1 }, { is_snapshot: true, last_seq: 1 }],
    ['bybit', 'a book without its sequence', bybitBook, { seq: undefined }, { cross_seq: null }],
    ['hyperliquid', 'a buyer who took', hyperliquidTrade, { side: 'B', users: undefined }, { side: 'buy' }],
    ['hyperliquid', 'a book that comes often', hyperliquidBook, { fast: true }, { is_snapshot: true }],
    ['backpack', 'a seller who took', backpackTrade, { m: true, a: undefined, b: undefined }, { side: 'sell' }],
  ],
)('%s: %s is scanned', (_venue, _what, one, changes, expected) => {
  expect(scanned(one, changes)?.[0]).toMatchObject(expected);
});

test.each<[venue: string, what: string, of: Case, changes: Record<string, unknown>]>([
  ['binance', 'a trade of spot', binanceTrade, { M: true }],
  ['binance', 'a trade of COIN-M', binanceTrade, { st: 2 }],
  ['binance', 'a trade of another symbol', binanceTrade, { s: 'ETHUSDT' }],
  ['binance', 'another event', binanceTrade, { e: 'trade' }],
  ['binance', 'a trade with its id in quotes', binanceTrade, { a: '31' }],
  ['binance', 'a trade without its time', binanceTrade, { T: undefined }],
  ['binance', 'a trade at time 0', binanceTrade, { T: 0 }],
  ['binance', 'a trade at a time that is none', binanceTrade, { T: 9_007_199_254_741 }],
  ['binance', 'trades without ids', binanceTrade, { f: -1, l: -1 }],
  ['binance', 'a price below 0', binanceTrade, { p: '-1.5' }],
  ['binance', 'a size of too many digits', binanceTrade, { q: '1234567890.123456' }],
  ['binance', 'a book of spot', binanceBook, { pu: undefined }],
  ['binance', 'a book of COIN-M', binanceBook, { st: 2 }],
  ['binance', 'a book without levels', binanceBook, { a: [], b: [] }],
  ['binance', 'a level of three', binanceBook, { a: [['1', '2', '3']] }],
  ['binance', 'a level without a size', binanceBook, { a: [['1', '']] }],
  ['bybit', 'a trade without an id', bybitTrade, { i: '' }],
  ['bybit', 'a trade without a side', bybitTrade, { S: '' }],
  ['bybit', 'a trade of another symbol', bybitTrade, { s: 'BTCPERP' }],
  ['bybit', 'an id with an escape', bybitTrade, { i: 'a"b' }],
  ['bybit', 'an id in another script', bybitTrade, { i: 'ä' }],
  ['bybit', 'a book with retail orders', bybitBook, { a: [['84143.20', '0', '1']] }],
  ['bybit', 'a whole book without levels', bybitBook, { a: [], b: [], u: 1 }],
  ['bybit', 'a book without its number', bybitBook, { u: undefined }],
  ['hyperliquid', 'a trade from before there were ids', hyperliquidTrade, { tid: undefined }],
  ['hyperliquid', 'an id beyond 2^53', hyperliquidTrade, { tid: 9_007_199_254_740_992 }],
  ['hyperliquid', 'a book without levels', hyperliquidBook, { levels: [[], []] }],
  ['hyperliquid', 'a book of another coin', hyperliquidBook, { coin: 'ETH' }],
  ['backpack', 'a trade with its time in quotes', backpackTrade, { T: String(micros) }],
  ['backpack', 'a trade of another kind', backpackTrade, { M: true }],
  ['backpack', 'a book without levels', backpackBook, { a: [], b: [] }],
  ['backpack', 'a book with a bracket too few', backpackBook, { a: [['86656.0', '0.00'], '1'] }],
])('%s: %s is left to the mapper', (_venue, _what, one, changes) => {
  expect(scanned(one, changes)).toBeNull();
});

test.each<[what: string, rewrite: (text: string) => string]>([
  ['a blank', (text) => text.replace(',', ', ')],
  ['a line end behind it', (text) => `${text}\n`],
  ['an escape in a name', (text) => text.replace('BTC', '\\u0042TC').replace('"BTC', '"\\u0042TC')],
  ['an unknown member', (text) => text.replace(/"(s|coin)":/, '"new":1,"$1":')],
  ['a member twice', (text) => text.replace(/"(s|coin)":("[^"]*")/, '"$1":$2,"$1":$2')],
  ['an array around it', (text) => `[${text}]`],
  ['something behind it', (text) => `${text}${text}`],
])('%s is left to the mapper, of all feeds', (_what, rewrite) => {
  for (const one of all) expect(scanned(one, {}, rewrite), `${one.venue} ${one.feed}`).toBeNull();
});

test.each<[what: string, of: Case, rewrite: (text: string) => string, snapshot: boolean | null]>([
  ['changes', binanceBook, (text) => text, false],
  ['changes at their own pace', binanceBook, (text) => text.replace('@100ms', ''), false],
  ['best levels', binanceBook, (text) => text.replace('@depth@100ms', '@depth20@100ms'), true],
  ['best levels at their own pace', binanceBook, (text) => text.replace('@depth@100ms', '@depth5'), true],
  ['a book with retail orders', binanceBook, (text) => text.replace('@depth@', '@rpiDepth@'), null],
  ['a whole book', bybitBook, (text) => text.replace('"delta"', '"snapshot"'), true],
  ['another type', bybitBook, (text) => text.replace('"delta"', '"other"'), null],
  ['a book in steps of time', backpackBook, (text) => text.replace('depth.BTC', 'depth.200ms.BTC'), false],
])('what a stream says: %s', (_what, one, rewrite, snapshot) => {
  expect(scanned(one, {}, rewrite)?.[0]?.is_snapshot ?? null).toBe(snapshot);
});

test('a time without that of the engine is that of sending', () => {
  const rows = scanned(bybitBook, {}, (text) => text.replace(`,"cts":${time}`, ''));
  expect(rows?.[0]?.ts_event).toBe((time + 2) * 1000);
});

test('members in another order give the same rows', () => {
  for (const one of [binanceTrade, binanceBook, bybitTrade, bybitBook, hyperliquidTrade, backpackTrade]) {
    const { a, s, ...others } = one.event;
    const moved = {
      ...one,
      event: { ...(s === undefined ? {} : { s }), ...others, ...(a === undefined ? {} : { a }) },
    };
    expect(scanned(moved), `${one.venue} ${one.feed}`).toEqual(scanned(one));
  }
});
