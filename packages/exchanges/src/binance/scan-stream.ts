import { type Literal, literal, scanLiteral } from '../bytes/literal.ts';
import { byteAt } from '../bytes/message.ts';

const envelope = literal('{"stream":"');

/**
 * Scans the envelope of a message, `{"stream":"btcusdt@…`, up to this part of the stream's name, which begins with an
 * `@`. What is before it need not be looked at: events name their instrument themselves.
 */
export function scanStream(kind: Literal): number {
  let next = scanLiteral(0, envelope);
  while (isNamePart(byteAt(next))) next += 1;
  return scanLiteral(next, kind);
}

/** Small letters, digits and `_`. */
function isNamePart(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || isDigit(byte) || byte === 0x5f;
}

/** Scans digits, or none. */
export function scanDigits(at: number): number {
  let next = at;
  while (isDigit(byteAt(next))) next += 1;
  return next;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
