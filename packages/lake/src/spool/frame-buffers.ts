/** What the frame of a full table fits into. */
const blockBytes = 1024 * 1024;
/** Blocks that are kept for later: more than these wait only while the disk is slow. */
const mostFree = 8;

/**
 * Memory for frames on their way to disk, used again and again: what is left to the garbage collector at megabytes a second
 * is not collected before there are many of them.
 */
export class FrameBuffers {
  readonly #free: Buffer[] = [];

  /** A buffer of so many bytes, whatever is in it. */
  readonly take = (bytes: number): Buffer => {
    if (bytes > blockBytes || bytes < blockBytes / 8) return Buffer.allocUnsafe(bytes);
    const block = this.#free.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
    return block.subarray(0, bytes);
  };

  /** Frames that nobody looks at any more. */
  release(frames: readonly Buffer[]): void {
    for (const { buffer, byteOffset } of frames) {
      const isBlock = byteOffset === 0 && buffer.byteLength === blockBytes;
      if (isBlock && this.#free.length < mostFree) this.#free.push(Buffer.from(buffer));
    }
  }
}
