import { countIn, type Interval, subtract, timesIn } from './intervals.ts';

/** What a coverage row of the lake says about a stretch of a symbol's history. */
export interface Claim extends Interval {
  readonly state: 'covered' | 'gap';
  /** Rows that were there when it was written. */
  readonly rows: number;
  /** When it was written: the latest word counts. */
  readonly written: number;
}

export interface Known {
  /** Times of the rows in the lake, ascending, over all days that the wanted range touches. */
  readonly times: readonly number[];
  readonly claims: readonly Claim[];
}

/**
 * The parts of a wanted stretch of history that have to be fetched: neither explained by coverage that still holds,
 * nor filled with rows. A claim holds only while the lake has at least the rows that it counted: coverage explains
 * absences, it never stands in for a row that was lost.
 *
 * `spacing` is the distance between rows in microseconds where it is known (bucket width, funding interval); null
 * means that the rows themselves have to show it.
 */
export function missingParts(wanted: Interval, known: Known, spacing: number | null): Interval[] {
  const { held, broken } = judge(known);
  return subtract(wanted, held).flatMap((part) => {
    const holes = holesIn(part, known.times, spacing);
    const isBroken = broken.some((claim) => claim.from < part.to && part.from < claim.to);
    return holes.length === 0 && isBroken ? [part] : holes;
  });
}

/** Splits claims into those that hold and those that lost rows, the latest word first, each only where it is the latest. */
function judge({ times, claims }: Known): { held: Interval[]; broken: Interval[] } {
  const decided: Interval[] = [];
  const held: Interval[] = [];
  const broken: Interval[] = [];
  for (const claim of [...claims].sort((a, b) => b.written - a.written)) {
    const holds = claim.state === 'covered' && countIn(times, claim) >= claim.rows;
    (holds ? held : broken).push(...subtract(claim, decided));
    decided.push(claim);
  }
  return { held, broken };
}

/** The stretches of `part` where rows should be, by their distance from each other, and are not. */
function holesIn(part: Interval, times: readonly number[], spacing: number | null): Interval[] {
  const inside = timesIn(times, part);
  const step = Math.min(spacing ?? Number.POSITIVE_INFINITY, smallestStep(times));
  if (inside.length === 0 || !Number.isFinite(step)) return expects(part, times, step) ? [part] : [];
  const holes: Interval[] = [];
  const tolerance = step * 1.5;
  const first = inside[0] as number;
  if (first - part.from >= step && expects({ from: part.from, to: first }, times, step)) {
    holes.push({ from: part.from, to: first });
  }
  for (let index = 1; index < inside.length; index++) {
    const before = inside[index - 1] as number;
    const after = inside[index] as number;
    if (after - before > tolerance) holes.push({ from: before + 1, to: after });
  }
  const last = inside.at(-1) as number;
  if (last + step < part.to) holes.push({ from: last + 1, to: part.to });
  return holes;
}

/** Whether a row is due inside a stretch without rows: not when the next one after its last neighbour lies behind it. */
function expects(part: Interval, times: readonly number[], step: number): boolean {
  if (!Number.isFinite(step)) return true;
  const before = times.findLast((time) => time < part.from);
  return before === undefined || before + step < part.to;
}

function smallestStep(times: readonly number[]): number {
  let step = Number.POSITIVE_INFINITY;
  for (let index = 1; index < times.length; index++) {
    step = Math.min(step, (times[index] as number) - (times[index - 1] as number));
  }
  return step;
}
