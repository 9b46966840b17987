import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyRow } from '@feedlake/schema';
import { ColumnBatch } from '../parquet/column-batch.ts';
import { batchFrame } from './batch-frame.ts';
import { decodeFrames, encodeFrame, type Frame } from './frame.ts';
import { isEnded, type SegmentHead, type SegmentPart, segmentHead, segmentParts } from './segment.ts';
import { SegmentFile } from './segment-file.ts';
import { segmentEnding } from './spool.ts';

/** A segment that a run of the writer has left. */
export interface Leftover {
  readonly path: string;
  readonly head: SegmentHead;
  /** Its writer ended it: it lacks nothing. */
  readonly ended: boolean;
  /** What was noted in it, in the order of writing. */
  readonly notes: readonly object[];
  /** Rows that came after a note, by its place among the notes (-1 = all of them). */
  rowsAfter(note: number): SegmentPart[];
}

/**
 * The segments in a folder, oldest first. Files without a whole first frame hold nothing and are given as paths.
 * @throws an error of the file system.
 */
export async function leftoverSegments(folder: string): Promise<{ leftovers: Leftover[]; empty: string[] }> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const leftovers: Leftover[] = [];
  const empty: string[] = [];
  for (const name of names.filter((one) => one.endsWith(segmentEnding)).sort()) {
    const path = join(folder, name);
    const frames = await readFrames(path);
    const head = segmentHead(frames);
    if (head === null) empty.push(path);
    else leftovers.push(leftover(path, head, frames));
  }
  return { leftovers, empty };
}

/**
 * Ends a segment that its writer could not end: cuts a torn tail off and adds these rows as the last ones, all or none
 * of them.
 * @throws StoreError
 */
export async function endSegment(
  { path, head }: Leftover,
  coverage: readonly (AnyRow & { exchange: string })[],
): Promise<void> {
  const { frames: whole, wholeBytes } = decodeFrames(await readBytes(path));
  // An earlier attempt may have got half-way.
  const before = whole.find((frame) => frame.head.recovered === true)?.start;
  const file = await SegmentFile.reopen(path, before ?? wholeBytes);
  const batches = new Map<string, ColumnBatch>();
  for (const row of coverage) {
    const batch = batches.get(row.exchange) ?? new ColumnBatch('coverage');
    batches.set(row.exchange, batch);
    batch.append(row);
  }
  const frames = [...batches].map(([exchange, batch]) => batchFrame(batch, exchange, { recovered: true }));
  try {
    await file.append([...frames, encodeFrame({ kind: 'end', recovered: true, writer: head.writer }, [])]);
  } finally {
    await file.close();
  }
}

function leftover(path: string, head: SegmentHead, frames: readonly Frame[]): Leftover {
  const places = frames.flatMap((frame, index) => (frame.head.kind === 'note' ? [index] : []));
  return {
    path,
    head,
    ended: isEnded(frames),
    notes: places.map((place) => frames[place]?.head.note as object),
    rowsAfter: (note) => segmentParts(frames.slice((places[note] ?? -1) + 1)),
  };
}

async function readFrames(path: string): Promise<readonly Frame[]> {
  return decodeFrames(await readBytes(path)).frames;
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(path);
  return new Uint8Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
