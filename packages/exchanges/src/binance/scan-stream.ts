import { literal, scanLiteral } from '../bytes/literal.ts';
import { byteAt, nowhere } from '../bytes/message.ts';

const envelope = literal('{"stream":"');
const brace = 0x7b;

/** Whether a message stands in an envelope, `{"stream":"…","data":{…}}`, in place of being an event itself. */
export function isEnveloped(): boolean {
  return scanLiteral(0, envelope) !== nowhere;
}

/** Scans the head of an envelope, up to the name of an instrument in lower case, with which streams' names begin. */
export function scanStream(symbol: Uint8Array): number {
  const start = scanLiteral(0, envelope);
  for (let index = 0; index < symbol.length; index += 1) {
    const byte = symbol[index] as number;
    if (byteAt(start + index) !== (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)) return nowhere;
  }
  return start + symbol.length;
}

/** Scans the beginning of an event that is not in an envelope. */
export function scanBare(): number {
  return byteAt(0) === brace ? 1 : nowhere;
}
