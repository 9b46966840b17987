/** A stretch of time in whole milliseconds, both ends included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface WalkOptions {
  /** No two rows are closer than this, in milliseconds: a shorter stretch at the edge of a page holds none. */
  readonly spacing: number;
  /** Rows asked for in a page. */
  readonly perPage: number;
}

/**
 * Reads a stretch of history page by page, whichever way the exchange pages: oldest first from a start, or newest
 * first to an end. What a page leaves open before and behind its rows is asked for in turn, until there is nothing.
 * @param ask gets the times of the rows of one page, in milliseconds; they may lie outside of what was asked for.
 * @returns the time up to which (exclusive) nothing could be had, because the exchange brings the same rows again
 * whatever end is asked for; null when all was read.
 */
export async function walk(
  whole: Stretch,
  { spacing, perPage }: WalkOptions,
  ask: (stretch: Stretch) => Promise<readonly number[]>,
): Promise<number | null> {
  const open = [whole];
  let unreachable: number | null = null;
  for (let stretch = open.pop(); stretch !== undefined; stretch = open.pop()) {
    const { from, to } = stretch;
    if (to < from || (stretch !== whole && to - from + 1 < spacing)) continue;
    const times = await ask(stretch);
    const inside = times.filter((time) => time >= from && time <= to);
    if (inside.length === 0) {
      const newest = Math.max(...times);
      // A page that begins behind the stretch and ends before the newest rows went on from the stretch's start.
      const wentOn = times.length >= perPage && newest < whole.to - spacing;
      if (times.length > 0 && newest > to && !wentOn) unreachable = to + 1;
      continue;
    }
    const oldest = Math.min(...inside);
    const newest = Math.max(...inside);
    open.push({ from, to: oldest - 1 }, { from: newest + 1, to });
  }
  return unreachable;
}
