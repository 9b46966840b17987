/** Looking at the bytes of a message without decoding it. */

const quote = 0x22;
const backslash = 0x5c;

/** The bytes of a piece of JSON, to compare with. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Whether these bytes stand at this place. */
export function standsAt(data: Buffer, bytes: Uint8Array, place: number): boolean {
  if (place < 0 || place + bytes.length > data.length) return false;
  for (let at = 0; at < bytes.length; at++) if (data[place + at] !== bytes[at]) return false;
  return true;
}

/** Where the JSON text ends whose first character is at `start`: the place of its quote. -1 where it has escapes, or no end. */
export function endOfText(data: Buffer, start: number): number {
  for (let at = start; at < data.length; at++) {
    if (data[at] === quote) return at;
    if (data[at] === backslash) return -1;
  }
  return -1;
}

/** Where the JSON text starts whose closing quote is at `end`: the place after its quote. -1 where it has escapes, or no start. */
export function startOfText(data: Buffer, end: number): number {
  for (let at = end - 1; at >= 0; at--) {
    if (data[at] === quote) return at + 1;
    if (data[at] === backslash) return -1;
  }
  return -1;
}
