import { literal, scanLiteral } from '../bytes/literal.ts';
import { message, nowhere, place, scanByte, word } from '../bytes/message.ts';
import { numberIn, ownSlots, scanDecimal, scanShort, scanWhole } from '../bytes/number.ts';
import { scanName } from '../bytes/text.ts';
import { isTime } from '../bytes/time.ts';
import type { BookSink } from '../stream/hot.ts';

const { bytes, view } = message;

const ofBook = literal('{"channel":"l2Book","data":{"coin":');
const toTime = literal(',"time":');
const toLevels = literal(',"levels":[');
const toEnd = literal(']}}');
const toFastEnd = literal('],"fast":true}}');
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

/** `{"px":"`, `,"sz":"` and `,"n":`, the first two as words that overlap. */
const [toPrice, ofPrice] = [word('{"px'), word('x":"')];
const [toSize, ofSize] = [word(',"sz'), word('z":"')];
const toOrders = word(',"n"');

const time = ownSlots + 2;
const price = ownSlots + 3;
const size = ownSlots + 4;
const orders = ownSlots + 5;

/** A book of `l2Book`, which is always whole; nothing numbers it. */
export function scanBook(data: Uint8Array, symbol: Uint8Array, sink: BookSink): boolean {
  if (!place(data)) return false;
  const coin = scanLiteral(0, ofBook);
  const bids = scanLiteral(scanWhole(scanLiteral(scanName(coin, symbol), toTime), time), toLevels);
  const asks = scanByte(scanSide(bids, true, sink), comma);
  const last = scanSide(asks, false, sink);
  const event = numberIn(time) * 1000;
  const isEmpty = last - bids === '[],[]'.length;
  if (!isTime(event) || isEmpty) return false;
  if (scanLiteral(last, toEnd) !== data.length && scanLiteral(last, toFastEnd) !== data.length) return false;
  sink.message(event, Number.NaN, Number.NaN, Number.NaN, Number.NaN, true);
  return true;
}

/** Scans the levels of one side, `[{"px":"…","sz":"…","n":…},…]`, and hands them over. */
function scanSide(at: number, isBid: boolean, sink: BookSink): number {
  if (bytes[at] !== openBracket) return nowhere;
  if (bytes[at + 1] === closeBracket) return at + 2;
  let next = at;
  do {
    next += 1;
    if (view.getInt32(next, true) !== toPrice || view.getInt32(next + 3, true) !== ofPrice) return nowhere;
    next = scanDecimal(next + 7, price);
    if (view.getInt32(next, true) !== toSize || view.getInt32(next + 3, true) !== ofSize) return nowhere;
    next = scanDecimal(next + 7, size);
    if (view.getInt32(next, true) !== toOrders || bytes[next + 4] !== colon) return nowhere;
    next = scanShort(next + 5, orders);
    if (bytes[next] !== closeBrace) return nowhere;
    sink.level(isBid, numberIn(price), numberIn(size));
    next += 1;
  } while (bytes[next] === comma);
  return scanByte(next, closeBracket);
}
