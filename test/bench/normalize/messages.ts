import type { StreamedInstrument } from '@feedlake/exchanges';

/**
 * Simulated messages of hot feeds: the venues' shapes (2026), with prices, sizes, ids and times of as many digits as the
 * venues send. Numbers that venues check are continuous.
 */

export type VenueId = 'binance' | 'bybit' | 'hyperliquid' | 'backpack';
export type HotFeed = 'trades' | 'book_deltas';

/** What the messages of a feed are put together from. */
export interface Workload {
  readonly name: string;
  readonly venue: VenueId;
  readonly feed: HotFeed;
  readonly instruments: readonly StreamedInstrument[];
  readonly messages: readonly Buffer[];
  /** Rows in all of them. */
  readonly rows: number;
  /** The same trades as `trade` events, which is the feed that tardis-dev takes; null = the messages serve. */
  readonly plainTrades: readonly Buffer[] | null;
  /** By the venue's name of an instrument: the numbers that a book had before its first message. */
  readonly before: ReadonlyMap<string, { readonly lastSeq: number; readonly crossSeq: number }>;
}

const count = 1000;
const levels = 20;

/** Pseudo-random numbers in [0, 1) (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One instrument's market: a price that wanders, sizes over four orders of magnitude, numbers that go up. */
class Market {
  readonly symbol: string;
  readonly #random: () => number;
  readonly #tick: number;
  readonly #priceDecimals: number;
  readonly #sizeDecimals: number;
  #ticks: number;
  #time = 1_790_000_000_000_000;
  #id: number;

  constructor(symbol: string, price: number, tick: number, decimals: { price: number; size: number }, seed: number) {
    this.symbol = symbol;
    this.#random = randomFrom(seed);
    this.#tick = tick;
    this.#priceDecimals = decimals.price;
    this.#sizeDecimals = decimals.size;
    this.#ticks = Math.round(price / tick);
    this.#id = 3_478_018_549 + seed;
  }

  /** A moment later, in microseconds. */
  time(): number {
    this.#time += Math.ceil(this.#random() * 200_000);
    return this.#time;
  }

  id(step = 1): number {
    this.#id += step;
    return this.#id;
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  upTo(most: number): number {
    return 1 + Math.floor(this.#random() * most);
  }

  price(): string {
    this.#ticks += Math.round((this.#random() - 0.5) * 10);
    return this.#price(this.#ticks);
  }

  size(): string {
    return (Math.exp(this.#random() * 9 - 6) * 10 ** (3 - this.#sizeDecimals)).toFixed(this.#sizeDecimals);
  }

  hex(length: number): string {
    return Array.from({ length }, () => Math.floor(this.#random() * 16).toString(16)).join('');
  }

  /** A side of a book from its best level on: steps of one or a few ticks, now and then a level that is removed. */
  side(direction: 1 | -1): [price: string, size: string][] {
    let ticks = this.#ticks;
    return Array.from({ length: levels }, () => {
      ticks += direction * this.upTo(3);
      return [this.#price(ticks), this.chance(0.1) ? (0).toFixed(this.#sizeDecimals) : this.size()];
    });
  }

  #price(ticks: number): string {
    return (ticks * this.#tick).toFixed(this.#priceDecimals);
  }
}

function markets(names: readonly [string, string, string], decimals: { price: number; size: number }): Market[] {
  return [
    new Market(names[0], 84_143.1, 0.1, decimals, 1),
    new Market(names[1], 2766.9, 0.1, decimals, 2),
    new Market(names[2], 126.2, 0.1, decimals, 3),
  ];
}

const ms = (micros: number) => Math.floor(micros / 1000);
const pairs = (side: readonly (readonly [string, string])[]) => JSON.stringify(side);

interface Feed {
  readonly name: string;
  readonly venue: VenueId;
  readonly feed: HotFeed;
  readonly markets: Market[];
  /** Writes a message; gives its rows, too. */
  readonly write: (market: Market) => { readonly text: string; readonly rows: number; readonly plainTrade?: string };
  readonly before?: (market: Market) => { readonly lastSeq: number; readonly crossSeq: number };
}

const binanceNames = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] as const;
const hyperliquidNames = ['BTC', 'ETH', 'SOL'] as const;
const backpackNames = ['BTC_USDC_PERP', 'ETH_USDC_PERP', 'SOL_USDC_PERP'] as const;

function binanceTrade(market: Market) {
  const { symbol } = market;
  const time = ms(market.time());
  const [id, first, price, size, isSell] = [
    market.id(),
    market.id(),
    market.price(),
    market.size(),
    market.chance(0.5),
  ];
  const last = first + market.upTo(5) - 1;
  const stream = symbol.toLowerCase();
  return {
    rows: 1,
    text: `{"stream":"${stream}@aggTrade","data":{"e":"aggTrade","E":${time + 9},"a":${id},"s":"${symbol}","p":"${price}","q":"${size}","nq":"${size}","f":${first},"l":${last},"T":${time},"m":${isSell},"st":1}}`,
    plainTrade: `{"stream":"${stream}@trade","data":{"e":"trade","E":${time + 9},"T":${time},"s":"${symbol}","t":${id},"p":"${price}","q":"${size}","X":"MARKET","m":${isSell},"st":1}}`,
  };
}

function binanceBook(market: Market) {
  const { symbol } = market;
  const time = ms(market.time());
  const previous = market.id(0);
  const [first, last] = [market.id(market.upTo(900)), market.id(market.upTo(900))];
  return {
    rows: 2 * levels,
    text: `{"stream":"${symbol.toLowerCase()}@depth@100ms","data":{"e":"depthUpdate","E":${time + 9},"T":${time},"s":"${symbol}","ps":"${symbol}","U":${first},"u":${last},"pu":${previous},"b":${pairs(market.side(-1))},"a":${pairs(market.side(1))},"st":1}}`,
  };
}

function bybitTrades(market: Market) {
  const { symbol } = market;
  const time = ms(market.time());
  const seq = market.id(40);
  const trades = Array.from({ length: market.upTo(3) }, () => {
    const id = [8, 4, 4, 4, 12].map((length) => market.hex(length)).join('-');
    return `{"T":${time},"s":"${symbol}","S":"${market.chance(0.5) ? 'Buy' : 'Sell'}","v":"${market.size()}","p":"${market.price()}","L":"${market.chance(0.5) ? 'ZeroPlusTick' : 'MinusTick'}","i":"${id}","BT":false,"RPI":false,"seq":${seq}}`;
  });
  return {
    rows: trades.length,
    text: `{"topic":"publicTrade.${symbol}","type":"snapshot","ts":${time + 3},"data":[${trades.join(',')}]}`,
  };
}

function bybitBook(market: Market) {
  const { symbol } = market;
  const time = ms(market.time());
  const number = market.id();
  return {
    rows: 2 * levels,
    text: `{"topic":"orderbook.50.${symbol}","type":"delta","ts":${time + 3},"data":{"s":"${symbol}","b":${pairs(market.side(-1))},"a":${pairs(market.side(1))},"u":${number},"seq":${number * 21}},"cts":${time}}`,
  };
}

function hyperliquidTrades(market: Market) {
  const time = ms(market.time());
  const trades = Array.from({ length: market.upTo(3) }, () => {
    const users = `["0x${market.hex(40)}","0x${market.hex(40)}"]`;
    return `{"coin":"${market.symbol}","side":"${market.chance(0.5) ? 'A' : 'B'}","px":"${market.price()}","sz":"${market.size()}","time":${time},"hash":"0x${market.hex(64)}","tid":${market.id() * 300_001},"users":${users}}`;
  });
  return { rows: trades.length, text: `{"channel":"trades","data":[${trades.join(',')}]}` };
}

function hyperliquidBook(market: Market) {
  const side = (direction: 1 | -1) =>
    market.side(direction).map(([px, sz]) => `{"px":"${px}","sz":"${sz}","n":${market.upTo(30)}}`);
  return {
    rows: 2 * levels,
    text: `{"channel":"l2Book","data":{"coin":"${market.symbol}","time":${ms(market.time())},"levels":[[${side(-1).join(',')}],[${side(1).join(',')}]]}}`,
  };
}

function backpackTrade(market: Market) {
  const { symbol } = market;
  const time = market.time();
  const order = 5_121_860_761 + market.id(0);
  return {
    rows: 1,
    text: `{"data":{"E":${time + 1700},"T":${time},"a":"${order}","b":"${order + 1}","e":"trade","m":${market.chance(0.5)},"p":"${market.price()}","q":"${market.size()}","s":"${symbol}","t":${market.id()}},"stream":"trade.${symbol}"}`,
  };
}

function backpackBook(market: Market) {
  const { symbol } = market;
  const time = market.time();
  const [first, last] = [market.id(), market.id(market.upTo(9))];
  return {
    rows: 2 * levels,
    text: `{"data":{"E":${time + 300},"T":${time},"U":${first},"a":${pairs(market.side(1))},"b":${pairs(market.side(-1))},"e":"depth","s":"${symbol}","u":${last}},"stream":"depth.${symbol}"}`,
  };
}

const numbered = (market: Market) => ({ lastSeq: market.id(0), crossSeq: market.id(0) * 21 });

const feeds: readonly Feed[] = [
  {
    ...{ name: 'Binance aggTrade', venue: 'binance', feed: 'trades' },
    ...{ markets: markets(binanceNames, { price: 2, size: 3 }), write: binanceTrade },
  },
  {
    ...{ name: 'Bybit publicTrade', venue: 'bybit', feed: 'trades' },
    ...{ markets: markets(binanceNames, { price: 2, size: 3 }), write: bybitTrades },
  },
  {
    ...{ name: 'Hyperliquid trades', venue: 'hyperliquid', feed: 'trades' },
    ...{ markets: markets(hyperliquidNames, { price: 1, size: 5 }), write: hyperliquidTrades },
  },
  {
    ...{ name: 'Backpack trade', venue: 'backpack', feed: 'trades' },
    ...{ markets: markets(backpackNames, { price: 1, size: 5 }), write: backpackTrade },
  },
  {
    ...{ name: 'Binance depth', venue: 'binance', feed: 'book_deltas', before: numbered },
    ...{ markets: markets(binanceNames, { price: 2, size: 3 }), write: binanceBook },
  },
  {
    ...{ name: 'Bybit orderbook', venue: 'bybit', feed: 'book_deltas', before: numbered },
    ...{ markets: markets(binanceNames, { price: 2, size: 3 }), write: bybitBook },
  },
  {
    ...{ name: 'Hyperliquid l2Book', venue: 'hyperliquid', feed: 'book_deltas' },
    ...{ markets: markets(hyperliquidNames, { price: 1, size: 5 }), write: hyperliquidBook },
  },
  {
    ...{ name: 'Backpack depth', venue: 'backpack', feed: 'book_deltas', before: numbered },
    ...{ markets: markets(backpackNames, { price: 1, size: 5 }), write: backpackBook },
  },
];

/** The messages of all feeds: {@link count} of each, three instruments in turn. */
export function workloads(): Workload[] {
  return feeds.map(({ name, venue, feed, markets, write, before }) => {
    const numbers = new Map(before === undefined ? [] : markets.map((market) => [market.symbol, before(market)]));
    const written = Array.from({ length: count }, (_, index) => write(markets[index % markets.length] as Market));
    const plain = written.flatMap(({ plainTrade }) => (plainTrade === undefined ? [] : [Buffer.from(plainTrade)]));
    return {
      ...{ name, venue, feed, before: numbers },
      instruments: markets.map(({ symbol }) => ({ symbol, venue_symbol: symbol, type: 'perpetual' })),
      messages: written.map(({ text }) => Buffer.from(text)),
      rows: written.reduce((sum, { rows }) => sum + rows, 0),
      plainTrades: plain.length === 0 ? null : plain,
    };
  });
}
