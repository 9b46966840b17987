import type { Mapping } from '../mapping.ts';
import { entryOf, type JsonObject, manyOf, msTime, objectOf, textOf } from '../value.ts';
import { mapOrderBook } from './book.ts';
import { mapCandle } from './candle.ts';
import { verdictOf } from './envelope.ts';
import { mapLiquidation, mapOldLiquidation } from './liquidation.ts';
import { mapTicker } from './ticker.ts';
import { aggressor } from './trade.ts';

/** Maps one message of the v5 public streams. */
export function mapMessage(message: unknown, mapping: Mapping): void {
  const event = objectOf(message);
  if (event === null) {
    mapping.reject('the message is no object');
    return;
  }
  const topic = textOf(event.topic);
  if (topic === null) {
    mapControl(event, mapping);
    return;
  }
  const map = entryOf(byTopic, topic.split('.')[0]);
  if (map === undefined) mapping.reject(`unknown topic: ${topic}`);
  else map(event, mapping);
}

type MapMessage = (message: JsonObject, mapping: Mapping) => void;

/** Messages whose `data` is an entry or a list of entries. */
function each(mapOne: (entry: JsonObject, message: JsonObject, mapping: Mapping) => void): MapMessage {
  return (message, mapping) => {
    for (const value of manyOf(message.data)) {
      const entry = objectOf(value);
      if (entry === null) mapping.reject(`${message.topic}: no object: ${JSON.stringify(value)}`);
      else mapOne(entry, message, mapping);
    }
  };
}

const ignore: MapMessage = (message, mapping) => mapping.ignore(`${message.topic}: not recorded`);

const byTopic: Readonly<Record<string, MapMessage>> = {
  orderbook: mapBookMessage,
  publicTrade: each((trade, _message, mapping) =>
    mapping.row('trades', trade.s, msTime(trade.T), {
      trade_id: textOf(trade.i),
      side: aggressor(trade.S),
      price: textOf(trade.p),
      size: textOf(trade.v),
      off_book: trade.BT === true,
    }),
  ),
  tickers: mapTicker,
  allLiquidation: each(mapLiquidation),
  liquidation: each(mapOldLiquidation),
  kline: each((candle, message, mapping) =>
    mapCandle(candle, String(message.topic).split('.').slice(2).join('.'), mapping),
  ),
  priceLimit: ignore,
  adlAlert: ignore,
  insurance: ignore,
  system: ignore,
  tickers_lt: ignore,
  kline_lt: ignore,
  lt: ignore,
  order: ignore,
  position: ignore,
  execution: ignore,
  wallet: ignore,
  greeks: ignore,
  dcp: ignore,
};

/** `u` = 1 is a snapshot, sent when the venue's service was restarted. */
function mapBookMessage(message: JsonObject, mapping: Mapping): void {
  const book = objectOf(message.data);
  if (book === null || (message.type !== 'snapshot' && message.type !== 'delta')) {
    mapping.reject(`${message.topic}: neither a snapshot nor a delta of a book`);
    return;
  }
  const isSnapshot = message.type === 'snapshot' || book.u === 1;
  mapOrderBook(book, message.cts, msTime(message.ts), isSnapshot, mapping);
}

/** Messages without a topic: answers to requests, pongs, and requests that a recorder kept. */
function mapControl(event: JsonObject, mapping: Mapping): void {
  const verdict = verdictOf(event);
  const failed = objectOf(event.data)?.failTopics;
  if (event.success === false || (verdict !== null && verdict.code !== 0)) {
    mapping.reject(`error of the venue: ${textOf(event.ret_msg) ?? textOf(event.retMsg) ?? JSON.stringify(event)}`);
  } else if (Array.isArray(failed) && failed.length > 0) {
    mapping.reject(`error of the venue: subscription failed: ${failed.join(', ')}`);
  } else if ('op' in event || 'success' in event) {
    mapping.ignore(`${event.op ?? event.type}: no data`);
  } else {
    mapping.reject(`unknown message: ${JSON.stringify(event).slice(0, 80)}`);
  }
}
