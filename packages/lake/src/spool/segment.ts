import { type DatasetName, day, floorTo, isoDate } from '@feedlake/schema';
import { ColumnBatch } from '../parquet/column-batch.ts';
import { NumberVector } from '../parquet/number-vector.ts';
import { appendFrame } from './batch-frame.ts';
import { expandBooks, expandTrades } from './expand.ts';
import type { Frame } from './frame.ts';

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
  readonly batch: ColumnBatch;
}

/** The first frame of a segment, or null when it is none. */
export function segmentHead(frames: readonly Frame[]): SegmentHead | null {
  const head = frames[0]?.head;
  return head?.kind === 'segment' ? (head as unknown as SegmentHead) : null;
}

/** The name that the objects of a segment have: it follows from the head alone. */
export function segmentName({ writer, epoch, sequence }: SegmentHead): string {
  return `stream-${writer}-${epoch}-${String(sequence).padStart(6, '0')}`;
}

/** Whether the segment was ended by its writer: nothing is missing at its end. */
export function isEnded(frames: readonly Frame[]): boolean {
  return frames.at(-1)?.head.kind === 'end';
}

/** All rows of a segment, by dataset and exchange, in the order they came. */
export function segmentParts(frames: readonly Frame[]): SegmentPart[] {
  const parts = new Map<string, SegmentPart>();
  for (const frame of frames) {
    const { kind, exchange } = frame.head;
    if (kind !== 'rows' && kind !== 'trades' && kind !== 'book_deltas') continue;
    const dataset = (kind === 'rows' ? frame.head.dataset : kind) as DatasetName;
    const { batch } = part(parts, dataset, String(exchange));
    if (kind === 'rows') appendFrame(batch, frame);
    else if (kind === 'trades') expandTrades(batch, frame);
    else expandBooks(batch, frame);
  }
  return [...parts.values()];
}

function part(parts: Map<string, SegmentPart>, dataset: DatasetName, exchange: string): SegmentPart {
  const key = `${dataset} ${exchange}`;
  const known = parts.get(key);
  if (known !== undefined) return known;
  const fresh = { dataset, exchange, batch: new ColumnBatch(dataset) };
  parts.set(key, fresh);
  return fresh;
}

/** Rows by the UTC date of `ts_event`, or of `ts_recv` where that is null: ascending dates, `order` kept in each. */
export function rowsByDate(batch: ColumnBatch, order: Uint32Array): [date: string, rows: Uint32Array][] {
  const event = numbers(batch, 'ts_event');
  const received = numbers(batch, 'ts_recv');
  const dayOf = (row: number) =>
    floorTo((event.valid?.[row] === 0 ? received.values[row] : event.values[row]) ?? 0, day);
  const days = new Map<number, number[]>();
  let only: number | null = null;
  for (const row of order) {
    const start = dayOf(row);
    if (only === null) only = start;
    else if (only !== start) {
      only = Number.NaN;
      break;
    }
  }
  if (only !== null && !Number.isNaN(only)) return [[isoDate(only), order]];
  for (const row of order) {
    const start = dayOf(row);
    const rows = days.get(start);
    if (rows === undefined) days.set(start, [row]);
    else rows.push(row);
  }
  return [...days].sort(([a], [b]) => a - b).map(([start, rows]) => [isoDate(start), Uint32Array.from(rows)]);
}

function numbers(batch: ColumnBatch, name: string): NumberVector {
  const { vector } = batch.column(name);
  if (!(vector instanceof NumberVector)) throw new TypeError(`${batch.dataset}: ${name} is no column of numbers`);
  return vector;
}
