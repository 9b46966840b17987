import { type Literal, literal, scanLiteral } from '../bytes/literal.ts';
import { byteAt } from '../bytes/message.ts';

const envelope = literal('{"stream":"');

/** By byte: 1 for those that the name of an instrument has in the name of a stream. */
const nameParts = new Uint8Array(256);
for (const part of Buffer.from('abcdefghijklmnopqrstuvwxyz0123456789_')) nameParts[part] = 1;

/**
 * Scans the envelope of a message, `{"stream":"btcusdt@…`, up to this part of the stream's name, which begins with an
 * `@`. What is before it need not be looked at: events name their instrument themselves.
 */
export function scanStream(kind: Literal): number {
  let next = scanLiteral(0, envelope);
  while (nameParts[byteAt(next)] === 1) next += 1;
  return scanLiteral(next, kind);
}

/** Scans digits, or none. */
export function scanDigits(at: number): number {
  let next = at;
  while (byteAt(next) >= 0x30 && byteAt(next) <= 0x39) next += 1;
  return next;
}
