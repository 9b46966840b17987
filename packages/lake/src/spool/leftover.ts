import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyRow } from '@feedlake/schema';
import { ColumnBatch } from '../parquet/column-batch.ts';
import { batchFrame } from './batch-frame.ts';
import { encodeFrame, type Frame } from './frame.ts';
import { readSegment, readSegmentSync } from './read-segment.ts';
import { isEnded, type SegmentHead, segmentHead, segmentParts } from './segment.ts';
import { SegmentFile } from './segment-file.ts';
import type { SegmentPart } from './segment-part.ts';
import { segmentEnding } from './spool.ts';

/** A segment that a run of the writer has left. What is in it is read when it is asked for: there may be gigabytes. */
export interface Leftover {
  readonly path: string;
  readonly head: SegmentHead;
  /** Its writer ended it: what it lacks is accounted for. */
  readonly ended: boolean;
  /** When it was last written to, in microseconds: nothing in it was received later. */
  readonly modified: number;
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
    const { frames } = await readSegment(path);
    const head = segmentHead(frames);
    if (head === null) empty.push(path);
    else {
      const { mtimeMs } = await stat(path);
      leftovers.push(new SegmentLeftover(path, head, isEnded(frames), mtimeMs * 1000));
    }
  }
  return { leftovers, empty };
}

/**
 * Ends a segment that its writer could not end: cuts a torn tail off and adds these rows as the last ones, all or none
 * of them.
 * @throws RowError when one can't be stored, StoreError or an error of the file system when the file can't be written.
 */
export async function endSegment(
  { path, head }: Leftover,
  coverage: readonly (AnyRow & { exchange: string })[],
): Promise<void> {
  const batches = new Map<string, ColumnBatch>();
  for (const row of coverage) {
    const batch = batches.get(row.exchange) ?? new ColumnBatch('coverage');
    batches.set(row.exchange, batch);
    batch.append(row);
  }
  const frames = [...batches].map(([exchange, batch]) => batchFrame(batch, exchange, { recovered: true }));
  // An earlier attempt may have got half-way.
  const last = (await readSegment(path)).frames.findLast((frame) => !isRecovered(frame));
  const file = await SegmentFile.reopen(path, last?.end ?? 0);
  try {
    await file.append([...frames, encodeFrame({ kind: 'end', recovered: true, writer: head.writer }, [])]);
  } finally {
    await file.close();
  }
}

class SegmentLeftover implements Leftover {
  readonly path: string;
  readonly head: SegmentHead;
  readonly ended: boolean;
  readonly modified: number;

  constructor(path: string, head: SegmentHead, ended: boolean, modified: number) {
    this.path = path;
    this.head = head;
    this.ended = ended;
    this.modified = modified;
  }

  get notes(): readonly object[] {
    return this.#frames().flatMap(({ head }) => (head.kind === 'note' ? [head.note as object] : []));
  }

  rowsAfter(note: number): SegmentPart[] {
    const frames = this.#frames();
    const places = frames.flatMap(({ head }, index) => (head.kind === 'note' ? [index] : []));
    return segmentParts(frames.slice((places[note] ?? -1) + 1));
  }

  /** What its writer told, as far as it is without a gap. */
  #frames(): readonly Frame[] {
    return readSegmentSync(this.path).frames.filter((frame) => !isRecovered(frame) && !frame.stranded);
  }
}

function isRecovered({ head }: Frame): boolean {
  return head.recovered === true;
}
