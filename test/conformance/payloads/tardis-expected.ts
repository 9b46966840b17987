import { decimalOfDouble, multiply, plainDecimal } from '@feedlake/schema';
import type { PlainRow } from '../rows.ts';

/** A result of tardis-node's mappers: numbers are doubles, times ISO texts. */
export interface TardisResult {
  readonly type: string;
  readonly symbol: string;
  readonly [field: string]: unknown;
}

/** How many values were compared, and which of them differ. */
export interface Comparison {
  readonly compared: number;
  readonly differences: readonly string[];
}

/**
 * Compares the rows of one message with what tardis makes of it. Differences that are meant: tardis repeats what
 * earlier messages told (only what this message tells is compared), keeps Bybit's open interest of both sides, names
 * the side of the liquidation ORDER, lays buffered deltas over a snapshot, and prefers the time of the message `E` over
 * that of the transaction `T`.
 */
export function compareWithTardis(
  message: string,
  rows: readonly PlainRow[],
  expected: readonly TardisResult[],
): Comparison {
  const values = expected.flatMap((result, index) => {
    const own = rows.filter(({ venue_symbol }) => venue_symbol === result.symbol);
    return valuesOf[result.type]?.(result, own, index, message) ?? [[`no comparison for ${result.type}`, 'one']];
  });
  const differences = values
    .filter(([own, theirs]) => own !== theirs)
    .map(([own, theirs]) => `${own} is not ${theirs}`);
  return { compared: values.length, differences };
}

/** Pairs of what ought to be equal, each with its name. */
type Pairs = [own: string, theirs: string][];
type ValuesOf = (result: TardisResult, rows: readonly PlainRow[], index: number, message: string) => Pairs;

const orderSide: Readonly<Record<string, string>> = { long: 'sell', short: 'buy' };

const valuesOf: Readonly<Record<string, ValuesOf>> = {
  trade: (result, rows, _index, message) => {
    const row = rows.find(({ trade_id }) => trade_id === result.id);
    return [
      number('price', row?.price, result.price),
      number('amount', row?.size, result.amount),
      [`side ${row?.side}`, `side ${result.side}`],
      time(row, result, message),
    ];
  },
  liquidation: (result, rows, index, message) => {
    const row = rows.length === 1 ? rows[0] : rows[index];
    return [
      number('price', row?.price, result.price),
      number('amount', row?.size, result.amount),
      [`side ${orderSide[String(row?.side)]}`, `side ${result.side}`],
      time(row, result, message),
    ];
  },
  derivative_ticker: (result, rows, _index, message) => {
    const pairs = told(rows[0], result, {
      last_price: 'lastPrice',
      mark_price: 'markPrice',
      index_price: 'indexPrice',
      funding_rate: 'fundingRate',
      open_interest: 'openInterest',
    });
    const ts_event = rows[0]?.ts_event;
    const funding_time = rows[0]?.funding_time;
    if (funding_time !== undefined) pairs.push([milliseconds(funding_time), String(result.fundingTimestamp)]);
    return ts_event === undefined ? pairs : [...pairs, time(rows[0], result, message)];
  },
  book_ticker: (result, rows, _index, message) => [
    ...(rows[0]?.dataset === 'tickers'
      ? told(rows[0], result, {
          bid_price: 'bidPrice',
          bid_size: 'bidAmount',
          ask_price: 'askPrice',
          ask_size: 'askAmount',
        })
      : bestLevels(rows, result)),
    time(rows[0], result, message),
  ],
  book_change: (result, rows, _index, message) => rows.map((row) => level(row, result, message)),
};

function told(row: PlainRow | undefined, result: TardisResult, names: Readonly<Record<string, string>>): Pairs {
  return Object.entries(names).flatMap(([column, field]) => {
    const value = row?.[column];
    if (value === undefined) return row === undefined ? [[`no row with ${column}`, 'a row']] : [];
    const bothSides = column === 'open_interest' && row?.exchange === 'bybit';
    return [number(field, bothSides ? multiply(String(value), '2') : value, result[field])];
  });
}

/** Levels that are left after a change of a book one level deep. */
function bestLevels(rows: readonly PlainRow[], result: TardisResult): Pairs {
  return rows
    .filter(({ size }) => size !== '0')
    .flatMap(({ side, price, size }) => [
      number(`${side}Price`, price, result[`${side}Price`]),
      number(`${side}Amount`, size, result[`${side}Amount`]),
    ]);
}

/** In a snapshot that tardis put together itself, sizes can be those of buffered deltas. */
function level(row: PlainRow, result: TardisResult, message: string): [string, string] {
  const levels = result[row.side === 'bid' ? 'bids' : 'asks'] as { price: number; amount: number }[];
  const theirs = levels.find(({ price }) => decimalOfDouble(price) === plainDecimal(String(row.price)));
  if (theirs === undefined) return [`level ${row.price}`, 'a level of theirs'];
  const size = plainDecimal(String(row.size));
  const overlaid = message.includes('"generated":true') && decimalOfDouble(theirs.amount) !== size;
  return overlaid ? ['overlaid', 'overlaid'] : number(`size at ${row.price}`, row.size, theirs.amount);
}

function number(name: string, own: unknown, theirs: unknown): [string, string] {
  const ownText = typeof own === 'string' ? plainDecimal(own) : String(own);
  return [`${name} ${ownText}`, `${name} ${typeof theirs === 'number' ? decimalOfDouble(theirs) : theirs}`];
}

function time(row: PlainRow | undefined, result: TardisResult, message: string): [string, string] {
  const own = milliseconds(row?.ts_event);
  const theirs = String(result.timestamp);
  const messageTime = /"E":(\d+)/.exec(message)?.[1];
  const isMessageTime = messageTime !== undefined && Date.parse(theirs) === Number(messageTime);
  const isTransactionTime = message.includes(`"T":${Date.parse(own)}`);
  return isMessageTime && isTransactionTime ? ['time', 'time'] : [`time ${own}`, `time ${theirs}`];
}

/** Times to the millisecond, which is how tardis writes them. */
function milliseconds(iso: unknown): string {
  return typeof iso === 'string' ? iso.replace(/(\.\d{3})\d{3}Z$/, '$1Z') : String(iso);
}
