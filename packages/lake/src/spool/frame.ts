import { crc32 } from 'node:zlib';

/**
 * A segment file is a row of frames. A frame is
 *
 * | bytes | |
 * |---|---|
 * | 4 | `FLS1` |
 * | 4 | length of the body |
 * | 4 | CRC-32 of all that follows |
 * | 4 | length of the head, in the body |
 * | … | body: head as JSON, then the columns' bytes; head and columns each padded to a multiple of 8 |
 *
 * all of it little-endian. A frame counts when its body is whole and has its checksum.
 */

const mark = Buffer.from('FLS1').readUInt32LE();
const prefixBytes = 16;
/** Where in a frame the bytes begin that the checksum is of. */
const checkedFrom = 12;
/** Frames begin, and columns in them, at multiples of this. */
const alignment = 8;

/** What a frame holds: its head, and columns of numbers or bytes. */
export interface Frame {
  readonly head: Readonly<Record<string, unknown>>;
  readonly columns: readonly Uint8Array<ArrayBuffer>[];
  /** Where in the file it ends. */
  readonly end: number;
  /** Something before it is damaged: it is whole, but nobody knows what is missing. */
  readonly stranded: boolean;
}

/**
 * Encodes a frame.
 * @param allocate Gives a buffer of so many bytes, whatever is in it.
 */
export function encodeFrame(
  head: Readonly<Record<string, unknown>>,
  columns: readonly ArrayBufferView[],
  allocate: (bytes: number) => Buffer = Buffer.allocUnsafe,
): Buffer {
  const lengths = columns.map(({ byteLength }) => byteLength);
  const text = Buffer.from(JSON.stringify({ ...head, lengths }));
  const bodyBytes = padded(text.length) + lengths.reduce((sum, length) => sum + padded(length), 0);
  const frame = allocate(prefixBytes + bodyBytes);
  let at = put(frame, text, prefixBytes);
  for (const { buffer, byteOffset, byteLength } of columns) {
    at = put(frame, new Uint8Array(buffer, byteOffset, byteLength), at);
  }
  frame.writeUInt32LE(mark, 0);
  frame.writeUInt32LE(bodyBytes, 4);
  frame.writeUInt32LE(text.length, 12);
  frame.writeUInt32LE(crc32(frame.subarray(checkedFrom)), 8);
  return frame;
}

/** What a segment file holds. */
export interface SegmentContent {
  /** Length of it. */
  readonly bytes: number;
  /** Those of its bytes that are no part of a whole frame. */
  readonly damagedBytes: number;
  /** Its whole frames. */
  readonly frames: Frame[];
}

/**
 * Finds the whole frames of a segment file.
 * @param file Its bytes, at an offset of their buffer that is a multiple of 8; frames are views on them.
 */
export function decodeFrames(file: Uint8Array<ArrayBuffer>): SegmentContent {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const frames: Frame[] = [];
  let whole = 0;
  let damagedBytes = 0;
  for (let at = 0; at + prefixBytes <= file.length; ) {
    const end = wholeFrameAt(file, view, at);
    if (end === null) {
      at += alignment;
      continue;
    }
    damagedBytes += at - whole;
    const body = file.subarray(at + prefixBytes, end);
    frames.push({ ...decodeBody(body, view.getUint32(at + 12, true)), end, stranded: damagedBytes > 0 });
    whole = end;
    at = end;
  }
  return { bytes: file.length, damagedBytes: damagedBytes + file.length - whole, frames };
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

/** Where the frame ends that begins at an offset; null where no whole one does. */
function wholeFrameAt(file: Uint8Array, view: DataView, at: number): number | null {
  if (view.getUint32(at, true) !== mark) return null;
  const end = at + prefixBytes + view.getUint32(at + 4, true);
  if (end > file.length || crc32(file.subarray(at + checkedFrom, end)) !== view.getUint32(at + 8, true)) return null;
  return end;
}

function decodeBody(body: Uint8Array<ArrayBuffer>, headBytes: number): Pick<Frame, 'head' | 'columns'> {
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
  return Math.ceil(length / alignment) * alignment;
}
