import type { ColumnBatch } from '../parquet/column-batch.ts';
import { batchRows } from './batch-frame.ts';
import { bookRows, tradeRows } from './expand.ts';
import type { Frame } from './frame.ts';

/** The rows of a frame, numbered from 0 in the order they came. */
export interface FrameRows {
  readonly count: number;
  /** Adds rows, in any order, to a batch of their dataset. Of the columns, those that the batch has. */
  addTo(batch: ColumnBatch, rows: Uint32Array): void;
}

/** The rows of a frame that holds some. They are views on it: nothing is spelled out before it is asked for. */
export function frameRows(frame: Frame): FrameRows {
  switch (frame.head.kind) {
    case 'trades':
      return tradeRows(frame);
    case 'book_deltas':
      return bookRows(frame);
    default:
      return batchRows(frame);
  }
}
