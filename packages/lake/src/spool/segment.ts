import type { DatasetName } from '@feedlake/schema';
import { ColumnBatch } from '../parquet/column-batch.ts';
import { appendFrame } from './batch-frame.ts';
import { expandBooks, expandTrades } from './expand.ts';
import { encodeFrame, type Frame } from './frame.ts';

/** What a segment says of itself in its first frame. */
export interface SegmentHead {
  readonly writer: string;
  /** Tells the runs of a writer apart. */
  readonly epoch: string;
  /** Counts the segments of a run from 1. */
  readonly sequence: number;
  /** When it was opened, in microseconds. */
  readonly opened: number;
}

/** The rows of one dataset and exchange in a segment. */
export interface SegmentPart {
  readonly dataset: DatasetName;
  readonly exchange: string;
  /** Its writer had crashed: they are what the next run of it had to add. */
  readonly recovered: boolean;
  readonly batch: ColumnBatch;
}

/** The frame that begins a segment. */
export function headFrame(head: SegmentHead): Buffer {
  return encodeFrame({ kind: 'segment', version: 1, ...head }, []);
}

/** What the first frame of a segment says, or null when it is none. */
export function segmentHead(frames: readonly Frame[]): SegmentHead | null {
  const head = frames[0]?.head;
  return head?.kind === 'segment' ? (head as unknown as SegmentHead) : null;
}

/** The name that the objects of a segment have: it follows from the head alone. */
export function segmentName({ writer, epoch, sequence }: SegmentHead): string {
  return `stream-${writer}-${epoch}-${String(sequence).padStart(6, '0')}`;
}

/** Whether the segment was ended: nothing is missing at its end that is not accounted for. */
export function isEnded(frames: readonly Frame[]): boolean {
  return frames.at(-1)?.head.kind === 'end';
}

/**
 * All rows of a segment, by dataset and exchange, those of a symbol in the order they came. A part is made when it is asked
 * for, the largest last; frames are taken out of the list, so that their memory is free by then.
 */
export function* segmentParts(frames: Frame[]): Generator<SegmentPart> {
  const groups = Map.groupBy(frames.splice(0).filter(hasRows), ({ head }) =>
    JSON.stringify([datasetOf(head), head.exchange, head.recovered === true]),
  );
  for (const [key, group] of [...groups].sort(([, a], [, b]) => rowsOf(a) - rowsOf(b))) {
    const [dataset, exchange, recovered] = JSON.parse(key) as [DatasetName, string, boolean];
    const batch = batchOf(dataset, group);
    group.length = 0;
    yield { dataset, exchange, recovered, batch };
  }
}

function batchOf(dataset: DatasetName, frames: readonly Frame[]): ColumnBatch {
  const batch = new ColumnBatch(dataset, rowsOf(frames));
  for (const frame of frames) {
    if (frame.head.kind === 'rows') appendFrame(batch, frame);
    else if (frame.head.kind === 'trades') expandTrades(batch, frame);
    else expandBooks(batch, frame);
  }
  return batch;
}

function rowsOf(frames: readonly Frame[]): number {
  return frames.reduce((sum, { head }) => sum + Number(head.rows), 0);
}

function hasRows({ head: { kind } }: Frame): boolean {
  return kind === 'rows' || kind === 'trades' || kind === 'book_deltas';
}

function datasetOf({ kind, dataset }: Frame['head']): DatasetName {
  return (kind === 'rows' ? dataset : kind) as DatasetName;
}
