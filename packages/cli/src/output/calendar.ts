import { type Cell, cellsOf, type Timeline } from '@feedlake/collector';
import { day, floorTo, hour, isoTime } from '@feedlake/schema';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Up to this, a cell is an hour. */
const longestInHours = 2 * day;
/** More cells than fit beside the columns. */
const mostCells = 100;
/** Distance of the labels above the cells. */
const labelled = { hours: 6, days: 7 };

/** What the characters of a calendar mean. */
export const calendarLegend = '# covered   + with gaps   - nothing covered   = covered as far as known   . unknown';

/** A calendar of a range: how wide its cells are, and how timelines are drawn in it. */
export class Calendar {
  readonly #range: Range;
  readonly #step: number;

  constructor(range: Range) {
    const days = Math.ceil((range.to - range.from) / day);
    this.#range = range;
    this.#step = range.to - range.from <= longestInHours ? hour : Math.ceil(days / mostCells) * day;
  }

  /** The width of a cell: `an hour`, `a day`, `3 days`. */
  get width(): string {
    if (this.#step === hour) return 'an hour';
    return this.#step === day ? 'a day' : `${this.#step / day} days`;
  }

  /** Labels over the cells in which hours of the day, or days, begin. */
  get title(): string {
    let title = '';
    for (const [index, { from }] of cellsOf([], this.#range, this.#step).entries()) {
      const label = this.#label(from, index);
      if (label !== null && title.length <= index) title = title.padEnd(index) + label;
    }
    return title;
  }

  /** Timelines as one line of a character for each cell. */
  line(timelines: readonly Timeline[]): string {
    return cellsOf(timelines, this.#range, this.#step).map(mark).join('');
  }

  #label(from: number, index: number): string | null {
    const time = this.#step === hour ? floorTo(from, hour) : from;
    const [, date = '', clock = ''] = /^\d{4}-(.{5})T(..)/.exec(isoTime(time)) ?? [];
    if (this.#step !== hour) return index % labelled.days === 0 ? date : null;
    if (time % day === 0) return date;
    return time % (labelled.hours * hour) === 0 ? clock : null;
  }
}

function mark({ covered, gap, unknown }: Cell): string {
  if (gap > 0) return covered > 0 ? '+' : '-';
  if (covered === 0) return '.';
  return unknown > 0 ? '=' : '#';
}
