import { type Levels, mapBook } from '../book.ts';
import type { Mapping } from '../mapping.ts';
import { arrayOf, integerOf, intervalSeconds, manyOf, msTime, objectOf, textOf } from '../value.ts';

/** Trades, books and candles look the same in replies and in streams (docs: "Info endpoint", "Subscriptions"). */

const aggressors: Readonly<Record<string, string>> = { B: 'buy', A: 'sell' };

/**
 * Trades of one message; `side` is the aggressor. Recordings from before trades had a `tid` are told apart by the
 * transaction and the place of the trade in it: one message holds all trades that a transaction made in a coin.
 */
export function mapTrades(data: unknown, mapping: Mapping): void {
  const places = new Map<string, number>();
  for (const value of manyOf(data)) {
    const trade = objectOf(value) ?? {};
    const hash = textOf(trade.hash);
    const place = places.get(hash ?? '') ?? 0;
    places.set(hash ?? '', place + 1);
    mapping.row('trades', trade.coin, msTime(trade.time), {
      trade_id: textOf(trade.tid) ?? (hash === null ? null : `${hash}-${place}`),
      side: aggressors[textOf(trade.side) ?? ''] ?? null,
      price: textOf(trade.px),
      size: textOf(trade.sz),
      off_book: false,
    });
  }
}

/** `l2Book`: always the whole book, as deep as it is shown; nothing numbers the frames but their time. */
export function mapBookSnapshot(data: unknown, mapping: Mapping): void {
  const book = objectOf(data);
  const [bids, asks] = arrayOf(book?.levels)?.map(levelsOf) ?? [];
  if (book === null || !bids || !asks) {
    mapping.reject(`book_deltas of ${book?.coin ?? mapping.bodyParameter('coin')}: bids or asks are missing`);
    return;
  }
  mapBook(mapping, book.coin, msTime(book.time), { bids, asks, isSnapshot: true, sequence: {} });
}

function levelsOf(value: unknown): Levels | null {
  return arrayOf(value)?.map((level) => [textOf(objectOf(level)?.px), textOf(objectOf(level)?.sz)] as const) ?? null;
}

/** `bbo`: best bid and best ask; a side without orders is null or missing. */
export function mapBest(data: unknown, mapping: Mapping): void {
  const sides = arrayOf(objectOf(data)?.bbo);
  if (sides?.length === 2 && sides.every((side) => side === null)) {
    mapping.ignore(`tickers of ${objectOf(data)?.coin}: no orders in the book`);
    return;
  }
  const [bid, ask] = sides?.map(objectOf) ?? [];
  mapping.ticker(objectOf(data)?.coin, msTime(objectOf(data)?.time), {
    bid_price: textOf(bid?.px),
    bid_size: textOf(bid?.sz),
    ask_price: textOf(ask?.px),
    ask_size: textOf(ask?.sz),
  });
}

/** Candles, alone or in an array. None says that it is closed: it is once its last millisecond `T` is over. */
export function mapCandles(data: unknown, mapping: Mapping): void {
  for (const value of manyOf(data)) {
    const candle = objectOf(value) ?? {};
    const open = msTime(candle.t);
    const end = msTime(candle.T);
    mapping.row('candles', candle.s, open, {
      interval_seconds: intervalSeconds(candle.i),
      open_time: open,
      open: textOf(candle.o),
      high: textOf(candle.h),
      low: textOf(candle.l),
      close: textOf(candle.c),
      volume: textOf(candle.v),
      trades: integerOf(candle.n),
      closed: end !== null && end < mapping.received,
    });
  }
}
