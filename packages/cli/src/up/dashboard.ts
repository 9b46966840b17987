import type { StreamerHealth } from '@feedlake/collector';
import { second } from '@feedlake/schema';
import { durationText } from '../output/duration.ts';
import { countText, rateText, sizeText } from '../output/numbers.ts';
import { renderTable, type TableColumn } from '../output/table.ts';

/** What a dashboard shows besides the health. */
export interface DashboardFacts {
  readonly lake: string;
  /** Base URL of the health server. */
  readonly url: string;
  readonly simulated: boolean;
  /** Microseconds. */
  readonly now: number;
  readonly style: Style;
}

/** Makes a line stand out, as far as the terminal can. */
export type Style = (style: 'bold' | 'dim' | 'red' | 'yellow', text: string) => string;

const columns: readonly TableColumn[] = [
  { title: 'exchange' },
  { title: 'dataset' },
  { title: 'state' },
  { title: 'symbols', align: 'right' },
  { title: 'msg/s', align: 'right' },
  { title: 'rows/s', align: 'right' },
  { title: 'lag', align: 'right' },
  { title: 'last event', align: 'right' },
  { title: 'gaps/1h', align: 'right' },
  { title: 'cause' },
];

/** How an instance fares, as lines for a terminal. */
export function dashboard(health: StreamerHealth, facts: DashboardFacts): string[] {
  const lines = head(health, facts);
  if (health.schedules.length > 0) lines.push(snapshotLine(health, facts.now));
  // What a low terminal cuts off is at the foot.
  for (const problem of health.problems) lines.push(facts.style('red', `PROBLEM: ${problem}`));
  return health.feeds.length === 0 ? lines : [...lines, '', ...feedLines(health, facts.style)];
}

function head(health: StreamerHealth, { lake, url, simulated, now, style }: DashboardFacts): string[] {
  const { version, writer, since, segments } = health;
  const name = `feedlake ${version}${simulated ? ', SIMULATED exchanges' : ''}`;
  const lines = [
    style('bold', `${name}  writer ${writer}  up ${durationText(now - since)}  ${url}/health`),
    `lake ${lake}${segments === null ? '' : `  ${segmentText(segments)}`}`,
  ];
  if (segments === null || segments.last_written === null) return lines;
  const ago = durationText(Math.max(0, now - segments.last_written));
  return [...lines, `last object, ${ago} ago: ${segments.last_object ?? '-'}`];
}

/** What has not reached the lake yet. */
export function segmentText({ open, waiting, fault }: NonNullable<StreamerHealth['segments']>): string {
  const now = `segment ${countText(open.rows)} rows, ${sizeText(open.bytes)}, ${ageText(open.age_seconds)} old`;
  const later = waiting.count === 0 ? 'none waiting' : `${waiting.count} waiting (${sizeText(waiting.bytes)})`;
  return `${now}; ${later}${fault === null ? '' : `; the lake fails: ${fault}`}`;
}

function feedLines({ feeds }: StreamerHealth, style: Style): string[] {
  const rows = feeds.map((feed) => {
    const { symbols, symbols_missing: missing, last_event_age_seconds: age } = feed;
    return [
      feed.exchange,
      feed.dataset,
      feed.state,
      missing > 0 && missing < symbols ? `${symbols - missing} of ${symbols}` : String(symbols),
      rateText(feed.messages_per_second),
      rateText(feed.rows_per_second),
      ageText(feed.lag_seconds),
      age === null ? '-' : ageText(age),
      countText(feed.gaps_last_hour),
      feed.cause ?? '',
    ];
  });
  const [title = '', ...lines] = renderTable(columns, rows).trimEnd().split('\n');
  return [
    style('dim', title),
    ...lines.map((line, index) => {
      const { state, cause } = feeds[index] ?? {};
      if (state === 'interrupted' || state === 'blocked' || state === 'refused') return style('red', line);
      return state === 'flowing' && cause === null ? line : style('yellow', line);
    }),
  ];
}

/** The scheduled snapshots in one line: what came of the last ones, which failed, and when the next is due. */
export function snapshotLine({ schedules }: StreamerHealth, now: number): string {
  const parts = [...Map.groupBy(schedules, ({ dataset }) => dataset)].map(([dataset, jobs]) => {
    const came = jobs.filter(({ last_result }) => last_result === 'done').length;
    const troubled = jobs.flatMap(({ exchange, last_result: result }) =>
      result === null || result === 'done' ? [] : `${exchange} ${result}`,
    );
    return `${dataset} ${came} of ${jobs.length}${troubled.length === 0 ? '' : ` (${troubled.join(', ')})`}`;
  });
  const next = Math.min(...schedules.map((job) => job.next));
  const due = next <= now ? 'now' : `in ${durationText(Math.ceil((next - now) / second) * second)}`;
  return `snapshots: ${parts.join(', ')}; next ${due}`;
}

function ageText(seconds: number): string {
  return seconds < 0.001 ? '0' : durationText(Math.round(seconds * second));
}
