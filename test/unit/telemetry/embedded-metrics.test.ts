import { EmbeddedMetrics } from '@feedlake/telemetry';
import { expect, test } from 'vitest';

function written(put: (metrics: EmbeddedMetrics) => void): unknown[] {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  put(new EmbeddedMetrics({ namespace: 'feedlake', stage: 'test', stream, now: () => 1_790_000_000_000 }));
  expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
  return lines.map((line) => JSON.parse(line));
}

test('a line with its figures, of the stage and of all dimensions', () => {
  const lines = written((metrics) =>
    metrics.put({ exchange: 'bybit' }, { SnapshotRows: 12, Lag: { value: 1.5, unit: 'Seconds' } }),
  );
  expect(lines).toEqual([
    {
      _aws: {
        Timestamp: 1_790_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'feedlake',
            Dimensions: [['stage'], ['stage', 'exchange']],
            Metrics: [
              { Name: 'SnapshotRows', Unit: 'Count' },
              { Name: 'Lag', Unit: 'Seconds' },
            ],
          },
        ],
      },
      stage: 'test',
      exchange: 'bybit',
      SnapshotRows: 12,
      Lag: 1.5,
    },
  ]);
});

test('without dimensions there is that of the stage alone', () => {
  const [line] = written((metrics) => metrics.put({}, { StreamerHeartbeat: 1 }));
  expect(line).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions: [['stage']] }] } });
});

test('what is no finite number is left out, and a line without figures', () => {
  const [line, ...others] = written((metrics) => {
    metrics.put({}, { Lag: Number.NaN, Rows: 1 });
    metrics.put({}, { Lag: Number.POSITIVE_INFINITY });
  });
  expect(line).not.toHaveProperty('Lag');
  expect(line).toMatchObject({ Rows: 1, _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'Rows' }] }] } });
  expect(others).toEqual([]);
});
