import type { Spool } from '@feedlake/lake';
import {
  type AnyRow,
  type Column,
  type Columns,
  type DatasetName,
  datasets,
  day,
  decimalOfDouble,
} from '@feedlake/schema';
import fc from 'fast-check';
import { at } from './rows.ts';

/** Something that is done to a spool, and the rows that it adds. */
export interface SpoolStep {
  readonly rows: readonly { readonly dataset: DatasetName; readonly row: AnyRow }[];
  apply(spool: Spool): void;
}

const exchanges = ['binance', 'bybit'] as const;
const sources = ['live', 'simulated'] as const;
const instruments = [
  ['BTC-USDT-PERP', 'BTCUSDT'],
  ['ETH-USDT-PERP', 'ETHUSDT'],
  ['kPEPE-USDC-PERP', 'kPEPE'],
] as const;

const midnight = at('2026-03-28T00:00:00Z');
/** Mostly around a midnight, and never mind when else. */
const time = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: midnight - 3, max: midnight + 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: midnight - day, max: midnight + day }) },
);
const whole = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.maxSafeNat());
/** Numbers of at most 15 significant digits, as scans give them. */
const number = fc
  .tuple(fc.integer({ min: 0, max: 999_999_999_999_999 }), fc.integer({ min: 0, max: 12 }))
  .map(([digits, places]) => Number(`${digits}e-${places}`));
const digits = fc.stringMatching(/^[0-9]{1,25}$/);
const decimal = fc
  .tuple(fc.constantFrom('', '-'), digits, fc.option(digits))
  .map(([sign, before, after]) => `${sign}${before}${after === null ? '' : `.${after}`}`);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  whole.map(String),
  fc.constantFrom('0123', '-1', '1e3', ''),
);

const origin = fc.record({
  exchange: fc.constantFrom(...exchanges),
  source: fc.constantFrom(...sources),
  instrument: fc.constantFrom(...instruments),
  received: time,
});

const trade = fc.record({
  event: time,
  sells: fc.boolean(),
  price: number,
  size: number,
  offBook: fc.boolean(),
  id: fc.oneof(whole, fc.stringMatching(/^[ -~]{1,40}$/)),
  first: fc.option(whole),
  last: fc.option(whole),
  /** What becomes of it: it is kept, not retained, or dropped with all of its message. */
  wanted: fc.boolean(),
});

/** A message of trades as a scan adds it. */
const trades = fc
  .record({ origin, list: fc.array(trade, { maxLength: 6 }), dropped: fc.boolean() })
  .map(({ origin: { exchange, source, instrument, received }, list, dropped }): SpoolStep => {
    const [symbol, venueSymbol] = instrument;
    const kept = dropped ? [] : list.filter(({ wanted }) => wanted);
    return {
      rows: kept.map((one) => ({
        dataset: 'trades',
        row: {
          ...{ exchange, symbol, venue_symbol: venueSymbol, ts_event: one.event, ts_recv: received, source },
          trade_id: String(one.id),
          side: one.sells ? 'sell' : 'buy',
          price: decimalOfDouble(one.price),
          size: decimalOfDouble(one.size),
          off_book: one.offBook,
          first_trade_id: typeof one.id === 'string' || one.first === null ? null : String(one.first),
          last_trade_id: typeof one.id === 'string' || one.last === null ? null : String(one.last),
        },
      })),
      apply(spool) {
        const { table, instruments: numbers } = spool.trades(exchange, source);
        const first = table.rows;
        for (const { event, sells, price, size, offBook, id, first: firstId, last } of list) {
          if (typeof id === 'number') {
            table.trade(event, sells, price, size, offBook, id, firstId ?? Number.NaN, last ?? Number.NaN);
          } else {
            const data = Buffer.from(`"${id}"`);
            table.namedTrade(event, sells, price, size, offBook, data, 1, data.length - 1);
          }
        }
        if (dropped) table.drop();
        else table.retain((row) => list[row - first]?.wanted === true);
        table.commit(numbers.numberOf(symbol, venueSymbol), received);
      },
    };
  });

/** A message of a book as a scan adds it. */
const book = fc
  .record({
    origin,
    levels: fc.array(fc.record({ bid: fc.boolean(), price: number, size: number }), { maxLength: 8 }),
    event: fc.option(time),
    sequences: fc.tuple(fc.option(whole), fc.option(whole), fc.option(whole), fc.option(whole)),
    snapshot: fc.boolean(),
    dropped: fc.boolean(),
  })
  .map(
    ({
      origin: { exchange, source, instrument, received },
      levels,
      event,
      sequences,
      snapshot,
      dropped,
    }): SpoolStep => {
      const [symbol, venueSymbol] = instrument;
      const [first, last, previous, cross] = sequences;
      return {
        rows: (dropped ? [] : levels).map(({ bid, price, size }, index) => ({
          dataset: 'book_deltas',
          row: {
            ...{ exchange, symbol, venue_symbol: venueSymbol, ts_event: event, ts_recv: received, source },
            ...{ side: bid ? 'bid' : 'ask', price: decimalOfDouble(price), size: decimalOfDouble(size) },
            ...{ first_seq: first, last_seq: last, prev_seq: previous, cross_seq: cross },
            ...{ is_snapshot: snapshot, is_last: index === levels.length - 1 },
          },
        })),
        apply(spool) {
          const { table, instruments: numbers } = spool.books(exchange, source);
          for (const { bid, price, size } of levels) table.level(bid, price, size);
          const [a, b, c, d] = sequences.map((one) => one ?? Number.NaN);
          table.message(event ?? Number.NaN, a ?? 0, b ?? 0, c ?? 0, d ?? 0, snapshot);
          if (dropped) table.drop();
          table.commit(numbers.numberOf(symbol, venueSymbol), received);
        },
      };
    },
  );

/** A row of any dataset, as a mapper gives it. */
const row = fc.constantFrom('trades', 'book_deltas', 'coverage', 'raw', 'tickers').chain((dataset: DatasetName) => {
  const columns = Object.entries(datasets[dataset].columns as Columns).filter(([name]) => name !== 'exact');
  const values = fc.record(Object.fromEntries(columns.map(([name, column]) => [name, valueOfColumn(column)])));
  return fc.tuple(values, fc.constantFrom(...exchanges)).map(([rest, exchange]): SpoolStep => {
    const values = { ...rest, exchange } as AnyRow;
    return {
      rows: [{ dataset, row: values }],
      apply: (spool) => spool.append(dataset, exchange, values),
    };
  });
});

function valueOfColumn({ type, nullable }: Column): fc.Arbitrary<AnyRow[string]> {
  const value = {
    text,
    time,
    decimal,
    integer: fc.maxSafeInteger(),
    flag: fc.boolean(),
  }[type] as fc.Arbitrary<AnyRow[string]>;
  return nullable ? fc.option(value) : value;
}

/** Anything that adds rows to a spool, in any of the three ways. */
export const addingStep: fc.Arbitrary<SpoolStep> = fc.oneof(trades, book, row);
