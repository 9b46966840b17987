import type { Interval } from '../intervals.ts';
import type { ClaimedPart } from './kind.ts';
import type { CoverageRow } from './row.ts';

/** What one coverage row says about a stretch of time. */
export interface Word extends Interval {
  readonly symbol: string | null;
  readonly claim: ClaimedPart;
  readonly isCovered: boolean;
  readonly cause: string | null;
  readonly writer: string;
  readonly detail: string | null;
  /** When it was said, in microseconds. */
  readonly said: number;
  /** It says that an earlier gap was filled. */
  readonly isRepair: boolean;
  readonly rows: number | null;
}

/** What a row says about a range; null when that is nothing. */
export function wordOf(row: CoverageRow, claim: ClaimedPart, range: Interval): Word | null {
  const isCovered = row.state === 'covered';
  const from = Math.max(row.from_time, range.from);
  // Between two messages of one moment others can be missing. Such a gap has no length, and is none the less one.
  const to = Math.min(isCovered ? row.to_time : Math.max(row.to_time, row.from_time + 1), range.to);
  if (from >= to) return null;
  return {
    from,
    to,
    symbol: row.symbol ?? null,
    claim,
    isCovered,
    cause: isCovered ? null : (row.cause ?? null),
    writer: row.writer,
    detail: row.detail ?? null,
    said: row.ts_recv,
    isRepair: isCovered && typeof row.repaired_by === 'string',
    rows: row.rows ?? null,
  };
}

/** Whether a word counts before another where both speak: the later one, and of two at once the gap. */
export function outranks(word: Word, other: Word): boolean {
  return word.said === other.said ? !word.isCovered && other.isCovered : word.said > other.said;
}
