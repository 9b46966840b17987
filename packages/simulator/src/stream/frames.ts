/**
 * WebSocket text frames of a server (RFC 6455, section 5.2: not masked), many at once. Writing them here in one piece
 * instead of one by one is what lets a simulation fill a core with data rather than with system calls.
 * @param texts ASCII only: the length of a text is its length in bytes.
 */
export function textFrames(texts: readonly string[]): Buffer {
  let size = 0;
  for (const text of texts) size += headerSize(text.length) + text.length;
  const frames = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const text of texts) {
    offset = writeHeader(frames, offset, text.length);
    offset += frames.write(text, offset, 'latin1');
  }
  return frames;
}

function headerSize(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

/** The bytes that say: a whole text frame. */
const wholeText = 0x81;

function writeHeader(frames: Buffer, offset: number, length: number): number {
  frames[offset] = wholeText;
  if (length < 126) return frames.writeUInt8(length, offset + 1);
  if (length < 65_536) {
    frames[offset + 1] = 126;
    return frames.writeUInt16BE(length, offset + 2);
  }
  frames[offset + 1] = 127;
  return frames.writeBigUInt64BE(BigInt(length), offset + 2);
}
