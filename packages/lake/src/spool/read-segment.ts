import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { decodeFrames, type SegmentContent } from './frame.ts';

/**
 * Reads a segment file.
 * @throws an error of the file system.
 */
export async function readSegment(path: string): Promise<SegmentContent> {
  return decodeFrames(aligned(await readFile(path)));
}

/** Like {@link readSegment}, and nothing else goes on meanwhile. */
export function readSegmentSync(path: string): SegmentContent {
  return decodeFrames(aligned(readFileSync(path)));
}

/** Small files are read into a part of a larger buffer, which may begin anywhere. */
function aligned(bytes: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % Float64Array.BYTES_PER_ELEMENT === 0
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : Uint8Array.from(bytes);
}
