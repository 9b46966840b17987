/** A half-open stretch of time [from, to), in microseconds. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** The parts of `whole` that none of `taken` covers, in order. */
export function subtract(whole: Interval, taken: readonly Interval[]): Interval[] {
  const rest: Interval[] = [];
  let from = whole.from;
  for (const piece of [...taken].sort((a, b) => a.from - b.from)) {
    if (piece.from >= whole.to) break;
    if (piece.from > from) rest.push({ from, to: piece.from });
    from = Math.max(from, piece.to);
  }
  if (from < whole.to) rest.push({ from, to: whole.to });
  return rest;
}

/** Cuts an interval at the multiples of `step`. */
export function slices({ from, to }: Interval, step: number): Interval[] {
  const parts: Interval[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / step) + 1) * step);
    parts.push({ from: start, to: end });
    start = end;
  }
  return parts;
}

/** How many of the ascending `times` lie in the interval. */
export function countIn(times: readonly number[], { from, to }: Interval): number {
  return lowerBound(times, to) - lowerBound(times, from);
}

/** The ascending `times` that lie in the interval. */
export function timesIn(times: readonly number[], { from, to }: Interval): readonly number[] {
  return times.slice(lowerBound(times, from), lowerBound(times, to));
}

function lowerBound(times: readonly number[], value: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
