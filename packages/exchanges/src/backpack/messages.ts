import { aggressorOf } from '../aggressor.ts';
import { mapBook } from '../book.ts';
import { levelsOf } from '../levels.ts';
import type { Mapping } from '../mapping.ts';
import {
  anyTime,
  entryOf,
  integerOf,
  intervalSeconds,
  type JsonObject,
  msTime,
  objectOf,
  textOf,
  timeOf,
} from '../value.ts';

/** Maps one WebSocket message: `{stream, data}`, or its data alone. */
export function mapMessage(message: unknown, mapping: Mapping): void {
  const outer = objectOf(message);
  const stream = textOf(outer?.stream) ?? '';
  const event = outer !== null && 'data' in outer ? objectOf(outer.data) : outer;
  if (event === null) mapping.reject(`unknown message: ${JSON.stringify(message)?.slice(0, 80)}`);
  else if (stream.startsWith('account.')) mapping.ignore(`${stream}: of an account`);
  else mapEvent(event, stream, mapping);
}

type MapEvent = (event: JsonObject, mapping: Mapping, stream: string) => void;

/** Orders, positions, balances and quotes of an account, where the stream is not told. */
const ofAnAccount = /^(order|trigger|position|balance|rfq|quote)[A-Z]/;

/** Names of streams begin with the kind of event; symbols hold dots, so nothing else is read off them. */
function mapEvent(event: JsonObject, stream: string, mapping: Mapping): void {
  const kind = textOf(event.e) ?? stream.split('.')[0] ?? '';
  const map = entryOf(byKind, kind);
  if (map !== undefined) map(event, mapping, stream);
  else if (ofAnAccount.test(kind)) mapping.ignore(`${kind}: of an account`);
  else if (objectOf(event.error) !== null) mapping.reject(`error of the venue: ${errorText(event)}`);
  else if ('id' in event && event.result === null) mapping.ignore('subscription acknowledged');
  else mapping.reject(`unknown message: ${JSON.stringify(event).slice(0, 80)}`);
}

function errorText(event: JsonObject): string {
  const error = objectOf(event.error);
  return `${error?.message} (${error?.code})`;
}

/** Streams tell times in microseconds: `T` the engine's, `E` the message's. */
function eventTime(event: JsonObject): number | null {
  return timeOf(event.T, 1) ?? timeOf(event.E, 1);
}

const byKind: Readonly<Record<string, MapEvent>> = {
  depth: mapDepth,
  trade: (event, mapping) =>
    mapping.row('trades', event.s, eventTime(event), {
      trade_id: textOf(event.t),
      side: aggressorOf(event.m),
      price: textOf(event.p),
      size: textOf(event.q),
      off_book: false,
    }),
  bookTicker: (event, mapping) => {
    if (event.a === null && event.b === null) mapping.ignore(`tickers of ${event.s}: no orders in the book`);
    else
      mapping.ticker(event.s, eventTime(event), {
        bid_price: textOf(event.b),
        bid_size: textOf(event.B),
        ask_price: textOf(event.a),
        ask_size: textOf(event.A),
      });
  },
  markPrice: (event, mapping) =>
    mapping.ticker(event.s, eventTime(event), {
      mark_price: textOf(event.p),
      index_price: textOf(event.i),
      funding_rate: textOf(event.f),
      funding_time: msTime(event.n),
    }),
  ticker: (event, mapping) => mapping.ticker(event.s, eventTime(event), { last_price: textOf(event.c) }),
  openInterest: (event, mapping) =>
    mapping.row('open_interest', event.s, eventTime(event), { open_interest: textOf(event.o) }),
  kline: mapCandle,
  liquidation: mapLiquidation,
};

function mapDepth(event: JsonObject, mapping: Mapping): void {
  const bids = levelsOf(event.b);
  const asks = levelsOf(event.a);
  if (bids === null || asks === null) {
    mapping.reject(`book_deltas of ${event.s}: bids or asks are missing`);
    return;
  }
  mapBook(mapping, event.s, eventTime(event), {
    bids,
    asks,
    isSnapshot: false,
    sequence: { first_seq: integerOf(event.U), last_seq: integerOf(event.u) },
  });
}

/** `t` and `T` are naive ISO texts; the interval stands in the name of the stream, else it is their distance. */
function mapCandle(event: JsonObject, mapping: Mapping, stream: string): void {
  const open = anyTime(event.t);
  const end = anyTime(event.T);
  const named = /^kline\.([^.]+)\./.exec(stream)?.[1];
  const width = open === null || end === null ? null : (end - open) / 1_000_000;
  mapping.row('candles', event.s, open, {
    interval_seconds: named === undefined ? width : intervalSeconds(named),
    open_time: open,
    open: textOf(event.o),
    high: textOf(event.h),
    low: textOf(event.l),
    close: textOf(event.c),
    volume: textOf(event.v),
    trades: integerOf(event.n),
    closed: event.X === true,
  });
}

/**
 * Comes as `liquidation` for all markets or as `liquidation.<symbol>`. Whether `S` is the side of the order or of the
 * position is not documented, so `side` stays open.
 */
function mapLiquidation(event: JsonObject, mapping: Mapping): void {
  mapping.liquidation(event.s, eventTime(event), {
    side: null,
    venue_side: textOf(event.S),
    price: textOf(event.p),
    size: textOf(event.q),
    completeness: 'full',
  });
}
