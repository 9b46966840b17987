import { decimal, scanDecimal } from '../bytes/decimal.ts';
import { literal, scanLiteral, scanName } from '../bytes/literal.ts';
import { byteAt, nowhere, place, word, wordAt } from '../bytes/message.ts';
import { scanText } from '../bytes/text.ts';
import { scanWhole, whole } from '../bytes/whole.ts';
import type { TradeSink } from '../stream/hot.ts';
import { isEnveloped, scanBare, scanStream } from './scan-stream.ts';

const stream = literal('@aggTrade","data":{');
const aggTrade = literal('"aggTrade"');
const yes = literal('true');
const no = literal('false');

const keyE = word('"e":');
const keySent = word('"E":');
const keySymbol = word('"s":');
const keyId = word('"a":');
const keyPrice = word('"p":');
const keySize = word('"q":');
const keyFirst = word('"f":');
const keyLast = word('"l":');
const keyTime = word('"T":');
const keyMaker = word('"m":');
const keyNormal = word('"nq"');
const keyFamily = word('"st"');
const keyPair = word('"ps"');

const comma = 0x2c;
const brace = 0x7d;
const quote = 0x22;

export function scanTrades(data: Uint8Array, symbol: Uint8Array, sink: TradeSink): boolean {
  if (!place(data)) return false;
  const enveloped = isEnveloped();
  let at = enveloped ? scanLiteral(scanStream(symbol), stream) : scanBare();
  let seen = 0;
  let time = 0;
  let id = 0;
  let first = Number.NaN;
  let last = Number.NaN;
  let price = 0;
  let size = 0;
  let sells = false;
  for (;;) {
    let bit = 0;
    switch (wordAt(at)) {
      case keyE:
        at = scanLiteral(at + 4, aggTrade);
        bit = 1;
        break;
      case keySent:
        at = scanWhole(at + 4);
        bit = 2;
        break;
      case keyId:
        at = scanWhole(at + 4);
        id = whole();
        bit = 4;
        break;
      case keySymbol:
        at = scanName(at + 4, symbol);
        bit = 8;
        break;
      case keyPrice:
        at = byteAt(at + 4) === quote ? scanDecimal(at + 5) : nowhere;
        price = decimal();
        bit = 16;
        break;
      case keySize:
        at = byteAt(at + 4) === quote ? scanDecimal(at + 5) : nowhere;
        size = decimal();
        bit = 32;
        break;
      case keyNormal:
        at = byteAt(at + 4) === 0x3a && byteAt(at + 5) === quote ? scanText(at + 6) : nowhere;
        bit = 64;
        break;
      case keyFirst:
        at = scanWhole(at + 4);
        first = whole();
        bit = 128;
        break;
      case keyLast:
        at = scanWhole(at + 4);
        last = whole();
        bit = 256;
        break;
      case keyTime:
        at = scanWhole(at + 4);
        time = whole() * 1000;
        bit = 512;
        break;
      case keyMaker:
        sells = byteAt(at + 4) === 0x74;
        at = scanLiteral(at + 4, sells ? yes : no);
        bit = 1024;
        break;
      case keyFamily:
        at = byteAt(at + 4) === 0x3a && byteAt(at + 5) === 0x31 ? at + 6 : nowhere;
        bit = 2048;
        break;
      case keyPair:
        at = byteAt(at + 4) === 0x3a && byteAt(at + 5) === quote ? scanText(at + 6) : nowhere;
        bit = 4096;
        break;
      default:
        return false;
    }
    if ((seen & bit) !== 0) return false;
    seen |= bit;
    if (byteAt(at) !== comma) break;
    at += 1;
  }
  if (byteAt(at) !== brace) return false;
  at += 1;
  if (enveloped) {
    if (byteAt(at) !== brace) return false;
    at += 1;
  }
  const required = 1 | 4 | 8 | 16 | 32 | 512 | 1024;
  if (at !== data.length || (seen & required) !== required || time === 0 || time > Number.MAX_SAFE_INTEGER)
    return false;
  sink.trade(time, sells, price, size, false, id, first, last);
  return true;
}
