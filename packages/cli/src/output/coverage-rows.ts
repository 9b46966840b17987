import { completeness, type Timeline } from '@feedlake/collector';
import type { QueryResult } from '@feedlake/lake';
import { isoTime, second } from '@feedlake/schema';

const subjectColumns = ['exchange', 'dataset', 'kind', 'period_seconds', 'symbol', 'from_time', 'to_time'];

/** How complete each timeline is, for programs: times as ISO 8601, lengths in seconds, all of them exact. */
export function completenessRows(timelines: readonly Timeline[]): QueryResult {
  return {
    columns: named([
      ...subjectColumns,
      'completeness',
      'covered_seconds',
      'gap_seconds',
      'unknown_seconds',
      'gaps',
      'rows',
    ]),
    rows: timelines.map((timeline) => {
      const { share, covered, gap, unknown, gaps, rows } = completeness(timeline);
      const range = { from: timeline.stretches[0]?.from ?? 0, to: timeline.stretches.at(-1)?.to ?? 0 };
      return [...subject(timeline, range), share, covered / second, gap / second, unknown / second, gaps, rows];
    }),
  };
}

/** Each gap of each timeline, for programs. */
export function gapRows(timelines: readonly Timeline[]): QueryResult {
  return {
    columns: named([...subjectColumns, 'seconds', 'cause', 'writer', 'detail']),
    rows: timelines.flatMap((timeline) =>
      timeline.stretches.flatMap((gap) => {
        if (gap.state !== 'gap') return [];
        return [[...subject(timeline, gap), (gap.to - gap.from) / second, gap.cause, gap.writer, gap.detail]];
      }),
    ),
  };
}

function subject(
  { exchange, dataset, kind, periodSeconds, symbol }: Timeline,
  { from, to }: { from: number; to: number },
) {
  return [exchange, dataset, kind, periodSeconds, symbol, isoTime(from), isoTime(to)];
}

function named(names: readonly string[]): QueryResult['columns'] {
  return names.map((name) => ({ name, type: '' }));
}
