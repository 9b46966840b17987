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
 * `step` is the least distance that rows can have, in microseconds: bucket width, or the shortest funding interval.
 * It is not read off the rows, since two of them prove nothing about what lies between. Where rows lie farther apart
 * than that, and nothing explains it, the stretch is fetched: once, as a claim explains it afterwards.
 */
export function missingParts(wanted: Interval, known: Known, step: number): Interval[] {
  return subtract(wanted, heldBy(known)).flatMap((part) => holesIn(part, known.times, step));
}

/** The stretches that claims explain: of each stretch the latest word counts, and only if no row was lost since. */
function heldBy({ times, claims }: Known): Interval[] {
  const decided: Interval[] = [];
  return [...claims]
    .sort((a, b) => b.written - a.written)
    .flatMap((claim) => {
      const latest = subtract(claim, decided);
      decided.push(claim);
      return claim.state === 'covered' && countIn(times, claim) >= claim.rows ? latest : [];
    });
}

/** The stretches of `part` that have room for a row and none in it. */
function holesIn(part: Interval, times: readonly number[], step: number): Interval[] {
  const inside = timesIn(times, part);
  const before = times.findLast((time) => time < part.from) ?? Number.NEGATIVE_INFINITY;
  const earliest = Math.max(part.from, before + step);
  const first = inside[0];
  if (first === undefined) return earliest < part.to ? [part] : [];
  const holes = first - earliest >= step ? [{ from: part.from, to: first }] : [];
  inside.forEach((time, index) => {
    const next = inside[index + 1];
    if (next === undefined && time + step < part.to) holes.push({ from: time + 1, to: part.to });
    if (next !== undefined && next - time > step * 1.5) holes.push({ from: time + 1, to: next });
  });
  return holes;
}
