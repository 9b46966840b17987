import fc from 'fast-check';
import type { HotFeed, VenueId } from '../../../support/scanned.ts';

/** Messages of hot feeds in the shapes of the venues, as JSON texts that nothing has normalized. */

/** The members of an object in their order, values as JSON texts. */
export type Members = readonly (readonly [key: string, value: string])[];

/** The parts of a message, from which its text is put together. */
export interface Parts {
  readonly symbol: string;
  /** The objects that rows come from. */
  readonly events: readonly Members[];
  readonly write: (events: readonly string[]) => string;
}

export interface Shape {
  readonly venue: VenueId;
  readonly feed: HotFeed;
  readonly parts: fc.Arbitrary<Parts>;
}

export const quoted = (text: string) => `"${text}"`;
export const written = (members: Members) => `{${members.map(([key, value]) => `${quoted(key)}:${value}`).join(',')}}`;

/** Digits of a number up to that many, leading zeros among them. */
const digits = (most: number) =>
  fc.tuple(fc.bigInt(0n, 10n ** BigInt(most) - 1n), fc.integer({ min: 1, max: most })).map(([value, least]) => {
    return String(value).padStart(least, '0');
  });

/** Decimals as venues write them: of at most 15 digits, padded with zeros or not. */
export const decimal = fc
  .oneof(
    digits(14).map((fraction) => `0.${fraction}`),
    fc.tuple(fc.integer({ min: 1, max: 999_999_999 }), digits(6)).map(([whole, fraction]) => `${whole}.${fraction}`),
    fc.nat(999_999_999_999_999).map(String),
    fc.constantFrom('0', '0.0', '0.000', '1', '25.10', '84143.0', '84143.10', '0.00000000', '3.20000000'),
  )
  .map(quoted);

const ms = fc.integer({ min: 1_300_000_000_000, max: 4_100_000_000_000 }).map(String);
const micros = fc.integer({ min: 1_300_000_000_000_000, max: 4_100_000_000_000_000 }).map(String);
export const whole = fc
  .oneof(fc.maxSafeNat(), fc.nat(100), fc.nat(99_999_999), fc.integer({ min: 100_000_000, max: 999_999_999_999 }))
  .map(String);
const flag = fc.constantFrom('true', 'false');
const hex = (length: number) =>
  fc.bigInt(0n, 16n ** BigInt(length) - 1n).map((value) => quoted(`0x${value.toString(16).padStart(length, '0')}`));

const level = fc.tuple(decimal, decimal).map((pair) => `[${pair.join(',')}]`);
const levels = fc.array(level, { maxLength: 40 }).map((all) => `[${all.join(',')}]`);
const someLevels = fc.tuple(levels, levels).filter(([bids, asks]) => bids !== '[]' || asks !== '[]');

/** Each member of an object with the arbitrary of its value; null = it may be absent. */
function members(all: Readonly<Record<string, fc.Arbitrary<string | null>>>): fc.Arbitrary<Members> {
  return fc.tuple(...Object.values(all)).map((values) =>
    Object.keys(all).flatMap((key, index) => {
      const value = values[index];
      return value == null ? [] : [[key, value] as const];
    }),
  );
}

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const binanceName = fc.constantFrom('BTCUSDT', 'ETHUSDC', '1000PEPEUSDT', 'BTCUSDT_260327');
const bybitName = fc.constantFrom('BTCUSDT', 'BTCPERP', '1000PEPEUSDT', 'BTC-27MAR26');
const hyperliquidName = fc.constantFrom('BTC', 'kPEPE', 'xyz:NVDA', 'FXS');
const backpackName = fc.constantFrom('BTC_USDC_PERP', 'kPEPE_USDC_PERP', 'AAPL.US_USDC_PERP');

const binance = (stream: fc.Arbitrary<string>, event: (symbol: string) => fc.Arbitrary<Members>) =>
  fc.tuple(binanceName, stream, fc.boolean()).chain(([symbol, name, isEnveloped]) =>
    event(symbol).map((one) => ({
      symbol,
      events: [one],
      write: ([text = '']: readonly string[]) =>
        isEnveloped ? `{"stream":"${symbol.toLowerCase()}@${name}","data":${text}}` : text,
    })),
  );

const binanceTrades = binance(fc.constant('aggTrade'), (symbol) =>
  members({
    e: fc.constant('"aggTrade"'),
    E: ms,
    a: whole,
    s: fc.constant(quoted(symbol)),
    p: decimal,
    q: decimal,
    nq: maybe(decimal),
    f: whole,
    l: whole,
    T: ms,
    m: flag,
    st: maybe(fc.constant('1')),
  }),
);

const depthStreams = ['depth', 'depth@100ms', 'depth@500ms', 'depth5', 'depth10@100ms', 'depth20@100ms', 'depth20'];

const binanceBook = binance(fc.constantFrom(...depthStreams), (symbol) =>
  someLevels.chain(([bids, asks]) =>
    members({
      e: fc.constant('"depthUpdate"'),
      E: ms,
      T: ms,
      s: fc.constant(quoted(symbol)),
      ps: maybe(fc.constant(quoted(symbol))),
      U: whole,
      u: whole,
      pu: whole,
      b: fc.constant(bids),
      a: fc.constant(asks),
      st: maybe(fc.constant('1')),
    }),
  ),
);

const bybitTrades = fc.tuple(bybitName, ms).chain(([symbol, sent]) =>
  fc
    .array(
      members({
        T: ms,
        s: fc.constant(quoted(symbol)),
        S: fc.constantFrom('"Buy"', '"Sell"'),
        v: decimal,
        p: decimal,
        L: fc.constantFrom('"PlusTick"', '"ZeroMinusTick"'),
        i: fc.oneof(fc.uuid(), digits(19)).map(quoted),
        BT: flag,
        RPI: maybe(flag),
        seq: maybe(whole),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((events) => ({
      symbol,
      events,
      write: (texts: readonly string[]) =>
        `{"topic":"publicTrade.${symbol}","type":"snapshot","ts":${sent},"data":[${texts.join(',')}]}`,
    })),
);

const bybitBook = fc
  .tuple(bybitName, fc.constantFrom(1, 50, 200, 1000), fc.constantFrom('snapshot', 'delta'), ms, maybe(ms), someLevels)
  .chain(([symbol, depth, type, sent, engine, [bids, asks]]) =>
    members({
      s: fc.constant(quoted(symbol)),
      b: fc.constant(bids),
      a: fc.constant(asks),
      u: fc.oneof(whole, fc.constant('1')),
      seq: whole,
    }).map((book) => ({
      symbol,
      events: [book],
      write: ([text = '']: readonly string[]) =>
        `{"topic":"orderbook.${depth}.${symbol}","type":"${type}","ts":${sent},"data":${text}${engine === null ? '' : `,"cts":${engine}`}}`,
    })),
  );

const hyperliquidTrades = hyperliquidName.chain((symbol) =>
  fc
    .array(
      members({
        coin: fc.constant(quoted(symbol)),
        side: fc.constantFrom('"A"', '"B"'),
        px: decimal,
        sz: decimal,
        time: ms,
        hash: hex(64),
        tid: whole,
        users: maybe(fc.array(hex(40), { maxLength: 2 }).map((all) => `[${all.join(',')}]`)),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((events) => ({
      symbol,
      events,
      write: (texts: readonly string[]) => `{"channel":"trades","data":[${texts.join(',')}]}`,
    })),
);

const side = fc.array(members({ px: decimal, sz: decimal, n: fc.nat(99_999_999).map(String) }).map(written), {
  maxLength: 20,
});

const hyperliquidBook = fc
  .tuple(hyperliquidName, ms, side, side, fc.boolean())
  .filter(([, , bids, asks]) => bids.length + asks.length > 0)
  .chain(([symbol, time, bids, asks, isFast]) =>
    members({
      coin: fc.constant(quoted(symbol)),
      time: fc.constant(time),
      levels: fc.constant(`[[${bids.join(',')}],[${asks.join(',')}]]`),
      fast: fc.constant(isFast ? 'true' : null),
    }).map((book) => ({
      symbol,
      events: [book],
      write: ([text = '']: readonly string[]) => `{"channel":"l2Book","data":${text}}`,
    })),
  );

const backpack = (channel: string, event: (symbol: string) => fc.Arbitrary<Members>) =>
  fc.tuple(backpackName, fc.boolean()).chain(([symbol, isEnveloped]) =>
    event(symbol).map((one) => ({
      symbol,
      events: [one],
      write: ([text = '']: readonly string[]) =>
        isEnveloped ? `{"data":${text},"stream":"${channel}.${symbol}"}` : text,
    })),
  );

const backpackTrades = backpack('trade', (symbol) =>
  members({
    E: micros,
    T: micros,
    a: digits(19).map(quoted),
    b: digits(19).map(quoted),
    e: fc.constant('"trade"'),
    m: flag,
    p: decimal,
    q: decimal,
    s: fc.constant(quoted(symbol)),
    t: whole,
  }),
);

const backpackBook = backpack('depth', (symbol) =>
  someLevels.chain(([bids, asks]) =>
    members({
      E: micros,
      T: micros,
      U: whole,
      a: fc.constant(asks),
      b: fc.constant(bids),
      e: fc.constant('"depth"'),
      s: fc.constant(quoted(symbol)),
      u: whole,
    }),
  ),
);

/** The hot feeds of all venues. */
export const shapes: readonly Shape[] = [
  { venue: 'binance', feed: 'trades', parts: binanceTrades },
  { venue: 'binance', feed: 'book_deltas', parts: binanceBook },
  { venue: 'bybit', feed: 'trades', parts: bybitTrades },
  { venue: 'bybit', feed: 'book_deltas', parts: bybitBook },
  { venue: 'hyperliquid', feed: 'trades', parts: hyperliquidTrades },
  { venue: 'hyperliquid', feed: 'book_deltas', parts: hyperliquidBook },
  { venue: 'backpack', feed: 'trades', parts: backpackTrades },
  { venue: 'backpack', feed: 'book_deltas', parts: backpackBook },
];

/** The text of a message as its venue writes it. */
export function ordinary({ events, write }: Parts): string {
  return write(events.map(written));
}
