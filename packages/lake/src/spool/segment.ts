import type { DatasetName } from '@feedlake/schema';
import { encodeFrame, type Frame } from './frame.ts';
import { SegmentPart } from './segment-part.ts';

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

/** All rows of a segment, by dataset and exchange, the smallest parts first. */
export function segmentParts(frames: readonly Frame[]): SegmentPart[] {
  const groups = Map.groupBy(frames.filter(hasRows), ({ head }) =>
    JSON.stringify([datasetOf(head), head.exchange, head.recovered === true]),
  );
  const parts = [...groups].map(([key, group]) => {
    const [dataset, exchange, recovered] = JSON.parse(key) as [DatasetName, string, boolean];
    return new SegmentPart({ dataset, exchange, recovered }, group);
  });
  return parts.sort((a, b) => a.count - b.count);
}

function hasRows({ head: { kind } }: Frame): boolean {
  return kind === 'rows' || kind === 'trades' || kind === 'book_deltas';
}

function datasetOf({ kind, dataset }: Frame['head']): DatasetName {
  return (kind === 'rows' ? dataset : kind) as DatasetName;
}
