import { type Literal, literal, scanLiteral } from '../bytes/literal.ts';
import { nowhere, scanByte } from '../bytes/message.ts';
import { scanObject } from '../bytes/object.ts';
import type { Shape } from '../bytes/shape.ts';
import { scanRest } from '../bytes/text.ts';

const dataFirst = literal('{"data":');
const dataLast = literal(',"data":');
const closeBrace = 0x7d;

/** How a stream of one channel is named, before the data (as documented) and behind them (as sent). */
export interface StreamNames {
  readonly first: Literal;
  readonly last: Literal;
}

export function streamsOf(channel: string): StreamNames {
  return { first: literal(`{"stream":"${channel}.`), last: literal(`,"stream":"${channel}.`) };
}

/** Scans a message with an event: `{"data":{…},"stream":"…"}`, the other way round, or the event alone. */
export function scanEvent(event: Shape, { first, last }: StreamNames, symbol: Uint8Array): number {
  const data = scanLiteral(0, dataFirst);
  if (data !== nowhere) {
    return scanByte(scanRest(scanLiteral(scanObject(data, event, symbol, null), last)), closeBrace);
  }
  const stream = scanLiteral(0, first);
  if (stream === nowhere) return scanObject(0, event, symbol, null);
  return scanByte(scanObject(scanLiteral(scanRest(stream), dataLast), event, symbol, null), closeBrace);
}
