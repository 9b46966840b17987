import { aggressorOf } from '../aggressor.ts';
import { mapBook } from '../book.ts';
import { levelsOf } from '../levels.ts';
import type { Mapping } from '../mapping.ts';
import { arrayOf, entryOf, integerOf, type JsonObject, msTime, objectOf, textOf } from '../value.ts';
import { mapCandle } from './candle.ts';
import { mapAggregateTrade, mapDepthSnapshot, mapOpenInterest } from './replies.ts';
import { isDated, isPerpetual } from './symbol.ts';

/** Maps one message of the USD-M streams, bare (`/ws`) or wrapped as `{stream, data}` (`/stream`), single or in an array. */
export function mapMessage(message: unknown, mapping: Mapping): void {
  const outer = objectOf(message);
  const stream = textOf(outer?.stream) ?? '';
  const data = outer !== null && 'data' in outer ? outer.data : message;
  const events = arrayOf(data);
  if (events !== null) for (const event of events) mapEvent(objectOf(event), stream, mapping);
  else mapEvent(objectOf(data), stream, mapping);
}

function mapEvent(event: JsonObject | null, stream: string, mapping: Mapping): void {
  if (event === null) {
    mapping.reject('the message is no object');
  } else if (event.st === 2) {
    mapping.ignore(`${event.e} of ${event.s}: COIN-M`);
  } else if (isSpot(event)) {
    mapping.ignore(`${event.e ?? 'bookTicker'} of ${event.s}: spot`);
  } else {
    const map = entryOf(byEvent, event.e) ?? mapUnnamed;
    map(event, mapping, stream);
  }
}

/**
 * Spot streams use the same names for symbols and events. They differ in fields: trades have `M`, tickers have `x`,
 * depth updates lack `pu`, and best prices have no event name.
 */
function isSpot(event: JsonObject): boolean {
  switch (event.e) {
    case 'aggTrade':
    case 'trade':
      return 'M' in event;
    case '24hrTicker':
      return 'x' in event;
    case 'depthUpdate':
      return !('pu' in event);
    default:
      return event.e === undefined && 's' in event && 'B' in event && 'A' in event;
  }
}

type MapEvent = (event: JsonObject, mapping: Mapping, stream: string) => void;

const ignore: MapEvent = (event, mapping) => mapping.ignore(`${event.e}: not recorded`);

const byEvent: Readonly<Record<string, MapEvent>> = {
  aggTrade: (event, mapping) => mapAggregateTrade(event, event.s, mapping),
  trade: (event, mapping) =>
    mapping.row('trades', event.s, msTime(event.T), {
      trade_id: textOf(event.t),
      side: aggressorOf(event.m),
      price: textOf(event.p),
      size: textOf(event.q),
      off_book: event.X !== undefined && event.X !== 'MARKET',
    }),
  depthUpdate: mapDepth,
  bookTicker: (event, mapping) =>
    mapping.ticker(event.s, eventTime(event), {
      bid_price: textOf(event.b),
      bid_size: textOf(event.B),
      ask_price: textOf(event.a),
      ask_size: textOf(event.A),
    }),
  markPriceUpdate: (event, mapping) =>
    mapping.ticker(event.s, msTime(event.E), {
      mark_price: textOf(event.p),
      index_price: textOf(event.i),
      funding_rate: isDated(String(event.s)) ? null : textOf(event.r),
      funding_time: msTime(event.T),
    }),
  '24hrTicker': (event, mapping) => mapping.ticker(event.s, msTime(event.E), { last_price: textOf(event.c) }),
  '24hrMiniTicker': (event, mapping) => mapping.ticker(event.s, msTime(event.E), { last_price: textOf(event.c) }),
  forceOrder: mapLiquidation,
  kline: (event, mapping) => mapCandle(objectOf(event.k) ?? {}, event.s ?? objectOf(event.k)?.s, mapping),
  continuous_kline: (event, mapping) => {
    if (isPerpetual(event.ct)) mapCandle(objectOf(event.k) ?? {}, event.ps, mapping);
    else mapping.ignore(`candles of ${event.ps}: ${event.ct} is no single instrument`);
  },
  compositeIndex: ignore,
  contractInfo: ignore,
  assetIndexUpdate: ignore,
  tradingSession: ignore,
  indexPriceUpdate: ignore,
  listenKeyExpired: ignore,
  ACCOUNT_CONFIG_UPDATE: ignore,
  ACCOUNT_UPDATE: ignore,
  ALGO_UPDATE: ignore,
  CONDITIONAL_ORDER_TRIGGER_REJECT: ignore,
  GRID_UPDATE: ignore,
  MARGIN_CALL: ignore,
  ORDER_TRADE_UPDATE: ignore,
  STRATEGY_UPDATE: ignore,
  TRADE_LITE: ignore,
};

function eventTime(event: JsonObject): number | null {
  return msTime(event.T) ?? msTime(event.E);
}

/**
 * `@depth` streams send changes; `@depth5`, `@depth10` and `@depth20` send the best levels anew each time. `@rpiDepth`
 * is another book, which adds up what only retail orders can meet.
 */
function mapDepth(event: JsonObject, mapping: Mapping, stream: string): void {
  if (stream.includes('@rpiDepth')) {
    mapping.ignore(`book_deltas of ${event.s}: a book with retail orders`);
    return;
  }
  const bids = levelsOf(event.b);
  const asks = levelsOf(event.a);
  if (bids === null || asks === null) {
    mapping.reject(`book_deltas of ${event.s}: bids or asks are missing`);
    return;
  }
  mapBook(mapping, event.s, eventTime(event), {
    bids,
    asks,
    isSnapshot: /@depth\d+(@|$)/.test(stream),
    sequence: { first_seq: integerOf(event.U), last_seq: integerOf(event.u), prev_seq: integerOf(event.pu) },
  });
}

const positionSide: Readonly<Record<string, string>> = { SELL: 'long', BUY: 'short' };

/** `S` is the side of the liquidation order: a SELL closes a long. At most one order per symbol and second is sent. */
function mapLiquidation(event: JsonObject, mapping: Mapping): void {
  const order = objectOf(event.o) ?? {};
  const side = textOf(order.S);
  mapping.liquidation(order.s, msTime(order.T) ?? msTime(event.E), {
    side: positionSide[side ?? ''] ?? null,
    venue_side: side,
    price: textOf(order.p),
    average_price: textOf(order.ap),
    size: textOf(order.q),
    completeness: 'sampled',
  });
}

/** Messages without an event name: acks, errors, and REST replies that a recorder put into a stream's envelope. */
function mapUnnamed(event: JsonObject, mapping: Mapping, stream: string): void {
  const symbol = stream.split('@')[0]?.toUpperCase();
  if ('lastUpdateId' in event) mapDepthSnapshot(event, symbol, mapping);
  else if ('openInterest' in event) mapOpenInterest(event, mapping);
  else if ('id' in event && (event.result === null || Array.isArray(event.result))) {
    mapping.ignore('subscription acknowledged');
  } else if ('error' in event || 'code' in event) mapping.reject(`error of the venue: ${JSON.stringify(event)}`);
  else mapping.reject(`unknown message: ${event.e ?? JSON.stringify(event).slice(0, 80)}`);
}
