/** How data is collected. Each way makes claims of its own: a whole history says nothing of the stream beside it. */
export const coverageKinds = ['snapshot', 'history', 'stream'] as const;
export type CoverageKind = (typeof coverageKinds)[number];

/** What is claimed to be there, or missing. */
export interface Claim {
  readonly kind: CoverageKind;
  /** Width of history buckets in seconds, each width a claim of its own; null where there are none. */
  readonly periodSeconds: number | null;
}

/** What the `detail` of a coverage row tells. */
export interface ClaimedPart extends Claim {
  /** The part of a stream that it is about; null = all of it. */
  readonly topic: string | null;
}

/**
 * Reads the `detail` of a coverage row: `snapshot`; `history` or `history period_seconds=N`; `stream` or `stream TOPIC`;
 * `poll`, in place of a stream. What is none of these is about a stream.
 */
export function claimOf(detail: string | null): ClaimedPart {
  const [word = '', ...rest] = (detail ?? '').split(' ');
  const more = rest.join(' ');
  if (word === 'snapshot') return { kind: 'snapshot', periodSeconds: null, topic: null };
  if (word === 'history') {
    const width = /^period_seconds=(\d+)$/.exec(more)?.[1];
    return { kind: 'history', periodSeconds: width === undefined ? null : Number(width), topic: null };
  }
  return { kind: 'stream', periodSeconds: null, topic: more === '' ? null : more };
}

/** Whether two claims are about the same kind and width. */
export function isSameClaim(one: Claim, other: Claim): boolean {
  return one.kind === other.kind && one.periodSeconds === other.periodSeconds;
}
