import { literal, scanLiteral } from '../bytes/literal.ts';
import { byteAt, nowhere, place, scanByte } from '../bytes/message.ts';
import { numberIn, ownSlots, scanDecimal, scanWhole } from '../bytes/number.ts';
import { scanName } from '../bytes/text.ts';
import { isTime } from '../bytes/time.ts';
import type { BookSink } from '../stream/hot.ts';

const ofBook = literal('{"channel":"l2Book","data":{"coin":');
const toTime = literal(',"time":');
const toLevels = literal(',"levels":[');
const toPrice = literal('{"px":"');
const toSize = literal(',"sz":"');
const toCount = literal(',"n":');
const toEnd = literal(']}}');
const toFastEnd = literal('],"fast":true}}');
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

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
  if (byteAt(at) !== openBracket) return nowhere;
  if (byteAt(at + 1) === closeBracket) return at + 2;
  let next = at;
  do {
    next = scanDecimal(scanLiteral(next + 1, toPrice), price);
    next = scanDecimal(scanLiteral(next, toSize), size);
    next = scanByte(scanWhole(scanLiteral(next, toCount), orders), closeBrace);
    if (next === nowhere) return nowhere;
    sink.level(isBid, numberIn(price), numberIn(size));
  } while (byteAt(next) === comma);
  return scanByte(next, closeBracket);
}
