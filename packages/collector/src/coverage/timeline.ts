import type { Interval } from '../intervals.ts';
import type { CoverageKind } from './kind.ts';

/** A stretch of which all is there. */
export interface CoveredStretch extends Interval {
  readonly state: 'covered';
}

/** A stretch of which something is missing. */
export interface Gap extends Interval {
  readonly state: 'gap';
  readonly cause: string | null;
  /** Who says so; null: some one writer, some another. */
  readonly writer: string | null;
  /** The row's own `detail`; null also where it differs along the gap. */
  readonly detail: string | null;
}

/** A stretch about which nobody says anything. */
export interface UnknownStretch extends Interval {
  readonly state: 'unknown';
}

export type Stretch = CoveredStretch | Gap | UnknownStretch;

/** What a timeline is about. */
export interface TimelineSubject {
  readonly exchange: string;
  readonly dataset: string;
  readonly kind: CoverageKind;
  /** Width of history buckets in seconds; null where there are none. */
  readonly periodSeconds: number | null;
  /** Null = all symbols of the exchange that have no timeline of their own. */
  readonly symbol: string | null;
}

/** A range of time, resolved: what is covered, what is a gap, and what is unknown. */
export interface Timeline extends TimelineSubject {
  /** Ascending, disjoint, without anything between them; neighbours differ in state or cause. */
  readonly stretches: readonly Stretch[];
  /**
   * Rows of the dataset that those words count which decide, each counted whole, also where it reaches out of the range.
   * Null when none tells a count for this symbol.
   */
  readonly rows: number | null;
}

/** Adds a stretch to the end of a timeline: to the last one where it goes on. */
export function append(stretches: Stretch[], next: Stretch): void {
  const last = stretches.at(-1);
  if (next.from >= next.to) return;
  const goesOn = last?.state === 'gap' && next.state === 'gap' ? last.cause === next.cause : last?.state === next.state;
  if (last === undefined || !goesOn) {
    stretches.push(next);
    return;
  }
  const { to } = next;
  stretches[stretches.length - 1] =
    last.state === 'gap' && next.state === 'gap'
      ? { ...last, to, writer: common(last.writer, next.writer), detail: common(last.detail, next.detail) }
      : { ...last, to };
}

function common(one: string | null, other: string | null): string | null {
  return one === other ? one : null;
}
