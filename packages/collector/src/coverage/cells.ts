import { type Interval, slices } from '../intervals.ts';
import type { Timeline } from './timeline.ts';

/** A cell of a calendar: how long its stretches are, in microseconds. */
export interface Cell extends Interval {
  covered: number;
  gap: number;
  unknown: number;
}

/** A calendar of timelines over the same range, added up: a cell for each multiple of `step` that the range touches. */
export function cellsOf(timelines: readonly Timeline[], range: Interval, step: number): Cell[] {
  const cells: Cell[] = slices(range, step).map((slice) => ({ ...slice, covered: 0, gap: 0, unknown: 0 }));
  for (const { stretches } of timelines) {
    let index = 0;
    for (const { state, from, to } of stretches) {
      for (let cell = cells[index]; cell !== undefined && cell.from < to; cell = cells[index]) {
        cell[state] += Math.min(to, cell.to) - Math.max(from, cell.from);
        if (cell.to > to) break;
        index += 1;
      }
    }
  }
  return cells;
}
