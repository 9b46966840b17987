import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveCoverage } from '../../../packages/collector/src/coverage/resolve.ts';
import type { CoverageRow } from '../../../packages/collector/src/coverage/row.ts';
import type { Stretch, Timeline } from '../../../packages/collector/src/coverage/timeline.ts';
import { drawn } from './coverage-rows.ts';

const range = { from: 3, to: 27 };

/** The rules once more, moment by moment and without any cleverness. */
function painted(rows: readonly CoverageRow[], { kind, symbol }: Timeline): string {
  return Array.from({ length: range.to - range.from }, (_, index) => {
    const time = range.from + index;
    const speak = rows.filter(
      (row) => (row.symbol === null || row.symbol === symbol) && row.from_time <= time && time < row.to_time,
    );
    const own = speak.filter((row) => kindOf(row) === kind);
    const repairs = speak.filter(isRepair);
    const named = own.map(topicOf).filter((topic) => topic !== null);
    const verdicts = (named.length === 0 ? [null] : named).map((topic) => {
      const heard = own.filter((row) => topicOf(row) === null || topicOf(row) === topic);
      const latest = [...new Set(heard.map((row) => row.writer))].map((writer) => {
        const words = [...heard.filter((row) => row.writer === writer), ...repairs];
        const newest = Math.max(...words.map((row) => row.ts_recv));
        return words.some((row) => row.ts_recv === newest && row.state === 'gap') ? '-' : '#';
      });
      return latest.includes('#') ? '#' : (latest[0] ?? '.');
    });
    return (['-', '#'] as const).find((mark) => verdicts.includes(mark)) ?? '.';
  }).join('');
}

function kindOf({ detail }: CoverageRow): string {
  return detail === 'snapshot' || detail === 'history' ? detail : 'stream';
}

function topicOf(row: CoverageRow): string | null {
  return isRepair(row) ? null : (/^stream (.+)$/.exec(row.detail ?? '')?.[1] ?? null);
}

function isRepair(row: CoverageRow): boolean {
  return row.state === 'covered' && row.repaired_by !== null;
}

const rows = fc.array(
  fc
    .record({
      from_time: fc.integer({ min: 0, max: 30 }),
      length: fc.integer({ min: 1, max: 12 }),
      symbol: fc.constantFrom('A', 'B', null),
      ts_recv: fc.integer({ min: 1, max: 6 }),
      state: fc.constantFrom('covered', 'gap'),
      cause: fc.constantFrom('disconnect', 'silent'),
      writer: fc.constantFrom('one', 'two', 'three'),
      repaired_by: fc.constantFrom(null, null, null, 'history'),
      detail: fc.constantFrom('stream', 'stream x', 'stream y', 'poll', 'snapshot', 'history'),
    })
    .map(({ length, ...row }): CoverageRow => {
      return { ...row, exchange: 'binance', dataset: 'trades', to_time: row.from_time + length };
    }),
  { maxLength: 14 },
);

test('every moment of every timeline is what the rules say', () => {
  fc.assert(
    fc.property(rows, (all) => {
      for (const timeline of resolveCoverage(all, range)) expect(drawn(timeline)).toBe(painted(all, timeline));
    }),
    { numRuns: 5000 },
  );
});

test('everything that is said has a timeline, and the stretches of each tell all of the range once', () => {
  const about = (stretch: Stretch) => [stretch.state, stretch.state === 'gap' ? stretch.cause : null];
  fc.assert(
    fc.property(rows, (all) => {
      const timelines = resolveCoverage(all, range);
      const heard = all.filter((one) => one.to_time > range.from && one.from_time < range.to);
      for (const row of heard) {
        const its = timelines.filter((one) => one.kind === kindOf(row) && one.symbol === row.symbol);
        // The outages of a stream of named symbols stand with each of these.
        const ofKind = heard.filter((one) => kindOf(one) === kindOf(row));
        const isCovered = ofKind.some((one) => one.symbol === null && one.state === 'covered');
        const isNamed = ofKind.some((one) => one.symbol !== null && !isRepair(one));
        const isOutage = row.symbol === null && kindOf(row) === 'stream' && isNamed && !isCovered;
        expect(its, JSON.stringify(row)).toHaveLength(isOutage ? 0 : 1);
      }
      for (const { stretches } of timelines) {
        expect([stretches[0]?.from, stretches.at(-1)?.to]).toEqual([range.from, range.to]);
        for (const [index, stretch] of stretches.slice(1).entries()) {
          const before = stretches[index] as Stretch;
          expect(stretch.from).toBe(before.to);
          expect(about(stretch)).not.toEqual(about(before));
        }
        for (const gap of stretches.filter((one) => one.state === 'gap')) {
          const said = all.filter((one) => one.state === 'gap' && one.from_time < gap.to && one.to_time > gap.from);
          expect(said.map((one) => one.cause)).toContain(gap.cause);
        }
      }
    }),
    { numRuns: 1000 },
  );
});
