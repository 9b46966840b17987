import { day, floorTo, isoDate } from '@feedlake/schema';
import type { ColumnBatch } from '../parquet/column-batch.ts';
import { NumberVector } from '../parquet/number-vector.ts';
import { hasNulls } from '../parquet/vector.ts';

/** Rows by the UTC date of `ts_event`, or of `ts_recv` where that is null: ascending dates, `order` kept in each. */
export function rowsByDate(batch: ColumnBatch, order: Uint32Array): [date: string, rows: Uint32Array][] {
  const times = rowTimes(batch);
  const first = floorTo(times[order[0] ?? 0] ?? 0, day);
  if (areWithin(times, order, first, first + day)) return [[isoDate(first), order]];
  const days = Map.groupBy(order, (row) => floorTo(times[row] ?? 0, day));
  return [...days].sort(([a], [b]) => a - b).map(([start, rows]) => [isoDate(start), Uint32Array.from(rows)]);
}

function areWithin(times: Float64Array, rows: Uint32Array, start: number, end: number): boolean {
  for (let at = 0; at < rows.length; at += 1) {
    const time = times[rows[at] ?? 0] ?? 0;
    if (time < start || time >= end) return false;
  }
  return true;
}

function rowTimes(batch: ColumnBatch): Float64Array {
  const event = numbers(batch, 'ts_event');
  const received = numbers(batch, 'ts_recv');
  if (!hasNulls(event.valid, batch.rows)) return event.values;
  return event.values.map((time, row) => (event.valid?.[row] === 0 ? (received.values[row] ?? 0) : time));
}

function numbers(batch: ColumnBatch, name: string): NumberVector {
  const { vector } = batch.column(name);
  if (!(vector instanceof NumberVector)) throw new TypeError(`${batch.dataset}: ${name} is no column of numbers`);
  return vector;
}
