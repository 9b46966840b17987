import { crc32 } from 'node:zlib';

/**
 * A segment file is a row of frames. A frame is
 *
 * | bytes | |
 * |---|---|
 * | 4 | `FLS1` |
 * | 4 | length of the body |
 * | 4 | CRC-32 of the body |
 * | 4 | length of the head, in the body |
 * | … | body: head as JSON, then the columns' bytes; head and columns each padded to a multiple of 8 |
 *
 * all of it little-endian. A frame counts when its body is whole and has its checksum.
 */

const mark = Buffer.from('FLS1').readUInt32LE();
const prefixBytes = 16;

/** What a frame holds: its head, and columns of numbers or bytes. */
export interface Frame {
  readonly head: Readonly<Record<string, unknown>>;
  readonly columns: readonly Uint8Array<ArrayBuffer>[];
  /** Where in the file it begins. */
  readonly start: number;
}

/** Encodes a frame. */
export function encodeFrame(head: Readonly<Record<string, unknown>>, columns: readonly ArrayBufferView[]): Buffer {
  const lengths = columns.map(({ byteLength }) => byteLength);
  const text = Buffer.from(JSON.stringify({ ...head, lengths }));
  const bodyBytes = padded(text.length) + lengths.reduce((sum, length) => sum + padded(length), 0);
  const frame = Buffer.allocUnsafe(prefixBytes + bodyBytes);
  let at = put(frame, text, prefixBytes);
  for (const { buffer, byteOffset, byteLength } of columns) {
    at = put(frame, new Uint8Array(buffer, byteOffset, byteLength), at);
  }
  frame.writeUInt32LE(mark, 0);
  frame.writeUInt32LE(bodyBytes, 4);
  frame.writeUInt32LE(crc32(frame.subarray(prefixBytes)), 8);
  frame.writeUInt32LE(text.length, 12);
  return frame;
}

/** The frames of a segment file, and how many of its bytes they are: what follows is torn, or damaged. */
export function decodeFrames(file: Uint8Array<ArrayBuffer>): { readonly frames: Frame[]; readonly wholeBytes: number } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const frames: Frame[] = [];
  let at = 0;
  while (at + prefixBytes <= file.length && view.getUint32(at, true) === mark) {
    const start = at + prefixBytes;
    const end = start + view.getUint32(at + 4, true);
    if (end > file.length || crc32(file.subarray(start, end)) !== view.getUint32(at + 8, true)) break;
    frames.push({ ...decodeBody(file.subarray(start, end), view.getUint32(at + 12, true)), start: at });
    at = end;
  }
  return { frames, wholeBytes: at };
}

/** A column of numbers, as a view on the frame. */
export function floats(bytes: Uint8Array<ArrayBuffer> | undefined): Float64Array<ArrayBuffer> {
  return bytes === undefined
    ? new Float64Array()
    : new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / Float64Array.BYTES_PER_ELEMENT);
}

/** A column of whole numbers of 32 bits, as a view on the frame. */
export function words(bytes: Uint8Array<ArrayBuffer> | undefined): Uint32Array<ArrayBuffer> {
  return bytes === undefined
    ? new Uint32Array()
    : new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / Uint32Array.BYTES_PER_ELEMENT);
}

function decodeBody(body: Uint8Array<ArrayBuffer>, headBytes: number): Omit<Frame, 'start'> {
  const { lengths, ...head } = JSON.parse(Buffer.from(body.buffer, body.byteOffset, headBytes).toString());
  let at = padded(headBytes);
  const columns = (lengths as number[]).map((length) => {
    const column = body.subarray(at, at + length);
    at += padded(length);
    return column;
  });
  return { head, columns };
}

function put(frame: Buffer, bytes: Uint8Array, at: number): number {
  frame.set(bytes, at);
  const end = at + padded(bytes.length);
  frame.fill(0, at + bytes.length, end);
  return end;
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}
