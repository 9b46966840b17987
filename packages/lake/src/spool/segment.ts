import { type DatasetName, day, floorTo, isoDate } from '@feedlake/schema';
import { ColumnBatch } from '../parquet/column-batch.ts';
import { NumberVector } from '../parquet/number-vector.ts';
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

/** All rows of a segment, by dataset and exchange, in the order they came. A part is made when it is asked for. */
export function* segmentParts(frames: readonly Frame[]): Generator<SegmentPart> {
  const groups = Map.groupBy(frames.filter(hasRows), ({ head }) =>
    JSON.stringify([datasetOf(head), head.exchange, head.recovered === true]),
  );
  for (const [key, group] of groups) {
    const [dataset, exchange, recovered] = JSON.parse(key) as [DatasetName, string, boolean];
    yield { dataset, exchange, recovered, batch: batchOf(dataset, group) };
  }
}

function batchOf(dataset: DatasetName, frames: readonly Frame[]): ColumnBatch {
  const rows = frames.reduce((sum, { head }) => sum + Number(head.rows), 0);
  const batch = new ColumnBatch(dataset, rows);
  for (const frame of frames) {
    if (frame.head.kind === 'rows') appendFrame(batch, frame);
    else if (frame.head.kind === 'trades') expandTrades(batch, frame);
    else expandBooks(batch, frame);
  }
  return batch;
}

function hasRows({ head: { kind } }: Frame): boolean {
  return kind === 'rows' || kind === 'trades' || kind === 'book_deltas';
}

function datasetOf({ kind, dataset }: Frame['head']): DatasetName {
  return (kind === 'rows' ? dataset : kind) as DatasetName;
}

/** Rows by the UTC date of `ts_event`, or of `ts_recv` where that is null: ascending dates, `order` kept in each. */
export function rowsByDate(batch: ColumnBatch, order: Uint32Array): [date: string, rows: Uint32Array][] {
  const event = numbers(batch, 'ts_event');
  const received = numbers(batch, 'ts_recv');
  const timeOf = (row: number) => (event.valid?.[row] === 0 ? received.values[row] : event.values[row]) ?? 0;
  const start = floorTo(timeOf(order[0] ?? 0), day);
  if (order.every((row) => timeOf(row) >= start && timeOf(row) < start + day)) return [[isoDate(start), order]];
  const days = Map.groupBy(order, (row) => floorTo(timeOf(row), day));
  return [...days].sort(([a], [b]) => a - b).map(([first, rows]) => [isoDate(first), Uint32Array.from(rows)]);
}

function numbers(batch: ColumnBatch, name: string): NumberVector {
  const { vector } = batch.column(name);
  if (!(vector instanceof NumberVector)) throw new TypeError(`${batch.dataset}: ${name} is no column of numbers`);
  return vector;
}
