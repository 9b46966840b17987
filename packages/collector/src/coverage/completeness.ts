import type { Stretch, Timeline } from './timeline.ts';

/** How much of what is owed is there; times in microseconds. */
export interface Completeness {
  readonly covered: number;
  readonly gap: number;
  /** Nobody says anything about it: it is neither there nor owed. */
  readonly unknown: number;
  /** covered / (covered + gap), from 0 to 1; null where nothing is owed. */
  readonly share: number | null;
  readonly gaps: number;
  /** Rows that are told; null when no count is told. */
  readonly rows: number | null;
}

/** How complete a timeline is, or some together. */
export function completeness(timelines: Timeline | readonly Timeline[]): Completeness {
  const all: readonly Timeline[] = 'stretches' in timelines ? [timelines] : timelines;
  const time = { covered: 0, gap: 0, unknown: 0 };
  let gaps = 0;
  let rows: number | null = null;
  for (const timeline of all) {
    for (const { state, from, to } of timeline.stretches) {
      time[state] += to - from;
      if (state === 'gap') gaps += 1;
    }
    if (timeline.rows !== null) rows = (rows ?? 0) + timeline.rows;
  }
  return { ...time, share: shareOf(time), gaps, rows };
}

/** covered / (covered + gap), from 0 to 1; null where neither is. */
export function shareOf({
  covered,
  gap,
}: Readonly<Record<Exclude<Stretch['state'], 'unknown'>, number>>): number | null {
  return covered + gap === 0 ? null : covered / (covered + gap);
}
