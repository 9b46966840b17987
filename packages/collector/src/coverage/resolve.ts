import { type DatasetName, datasetNames } from '@feedlake/schema';
import type { Interval } from '../intervals.ts';
import { coverageKinds, isSameClaim } from './kind.ts';
import type { CoverageRow } from './row.ts';
import { type SaidOfClaim, type SaidOfDataset, whatIsSaid } from './said.ts';
import { sweep } from './sweep.ts';
import type { Timeline } from './timeline.ts';
import type { Word } from './word.ts';

/**
 * Resolves coverage rows, in any order, into timelines: one for each exchange, dataset, kind (of histories each width of
 * buckets) and symbol about which something is said, sorted by these. O(n log n), times the writers that record one thing
 * at the same time.
 *
 * Of each writer the latest word counts (`ts_recv`; of two at once the gap), and a moment is covered if the word of any
 * writer says so. A row without a symbol speaks for every symbol, one without a topic for every topic, and a moment is
 * covered only if all topics are. A covered row with `repaired_by` is a word of every writer, and overrules earlier gaps
 * of the other kinds too.
 *
 * @param symbols Only these, and each also where nothing but rows about all symbols speaks of it. Default: all that
 * rows name, and null for all others where there are rows about all; not of a stream of named symbols whose rows about
 * all are gaps only.
 */
export function resolveCoverage(
  rows: Iterable<CoverageRow>,
  range: Interval,
  symbols: readonly string[] | null = null,
): Timeline[] {
  const timelines = whatIsSaid(rows, range).flatMap((said) =>
    said.claims.flatMap((claimed) => {
      const wanted = symbols?.filter((symbol) => said.speaksOf(claimed, symbol)) ?? said.symbols(claimed);
      return wanted.map((symbol) => timelineOf(said, claimed, symbol, range));
    }),
  );
  return timelines.sort(inOrder);
}

function timelineOf(said: SaidOfDataset, claimed: SaidOfClaim, symbol: string | null, range: Interval): Timeline {
  const { kind, periodSeconds } = claimed.claim;
  const words = said.about(claimed, symbol);
  const counted = new Set<Word>();
  const count = (word: Word) => {
    // What a row about all symbols counts is not the rows of one of them.
    if (word.symbol === symbol && word.rows !== null) counted.add(word);
  };
  const stretches = sweep(words, range, (word) => isSameClaim(word.claim, claimed.claim), count);
  const rows = counted.size === 0 ? null : [...counted].reduce((sum, word) => sum + (word.rows ?? 0), 0);
  const { exchange, dataset } = said;
  return { exchange, dataset, kind, periodSeconds, symbol, stretches, rows };
}

function inOrder(one: Timeline, other: Timeline): number {
  return (
    compare(one.exchange, other.exchange) ||
    datasetNames.indexOf(one.dataset as DatasetName) - datasetNames.indexOf(other.dataset as DatasetName) ||
    compare(one.dataset, other.dataset) ||
    coverageKinds.indexOf(one.kind) - coverageKinds.indexOf(other.kind) ||
    (one.periodSeconds ?? 0) - (other.periodSeconds ?? 0) ||
    Number(one.symbol === null) - Number(other.symbol === null) ||
    compare(one.symbol ?? '', other.symbol ?? '')
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
