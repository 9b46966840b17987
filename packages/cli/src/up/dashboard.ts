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
  /** Columns of the terminal; default: as many as it takes. */
  readonly width?: number;
}

/** Makes a line stand out, as far as the terminal can. */
export type Style = (style: 'bold' | 'dim' | 'red' | 'yellow', text: string) => string;

interface FeedColumn extends TableColumn {
  /** Characters that it is given at least, so that columns do not come and go with each figure. */
  readonly usual: number;
  /** Where there is no room for all, those with the lowest rank go first; without one it stays. */
  readonly rank?: number;
}

/** Between two columns. */
const gutter = 2;

const columns: readonly FeedColumn[] = [
  { title: 'exchange', usual: 11 },
  { title: 'dataset', usual: 11 },
  { title: 'state', usual: 11 },
  { title: 'symbols', align: 'right', usual: 8, rank: 5 },
  { title: 'msg/s', align: 'right', usual: 7, rank: 4 },
  { title: 'rows/s', align: 'right', usual: 7, rank: 2 },
  { title: 'lag', align: 'right', usual: 6, rank: 1 },
  { title: 'last event', align: 'right', usual: 10, rank: 3 },
  { title: 'gaps/1h', align: 'right', usual: 7 },
  { title: 'cause', usual: 10 },
];

/** How an instance fares, as lines for a terminal. */
export function dashboard(health: StreamerHealth, facts: DashboardFacts): string[] {
  const { style, width = Number.POSITIVE_INFINITY } = facts;
  const [title = '', ...others] = head(health, facts);
  const lines = wrapped(title, width).map((line) => style('bold', line));
  if (health.schedules.length > 0) others.push(snapshotLine(health, facts.now));
  lines.push(...others.flatMap((line) => wrapped(line, width)));
  // What a low terminal cuts off is at the foot.
  const problems = health.problems.flatMap((problem) => wrapped(`PROBLEM: ${problem}`, width));
  lines.push(...problems.map((line) => style('red', line)));
  return health.feeds.length === 0 ? lines : [...lines, '', ...feedLines(health, style, width)];
}

function head(health: StreamerHealth, { lake, url, simulated, now }: DashboardFacts): string[] {
  const { version, writer, since, segments } = health;
  const name = `feedlake ${version}${simulated ? ', SIMULATED exchanges' : ''}`;
  const lines = [
    `${name}  writer ${writer}  up ${durationText(now - since)}  ${url}/health`,
    `lake ${lake}${segments === null ? '' : `  ${segmentText(segments)}`}`,
  ];
  if (segments === null || segments.last_written === null) return lines;
  const ago = durationText(Math.max(0, now - segments.last_written));
  return [...lines, `last object, ${ago} ago: ${segments.last_object ?? '-'}`];
}

/** A line in lines of at most so many columns, as far as it can be broken at spaces; those that go on are indented. */
function wrapped(line: string, width: number): string[] {
  const start = line.search(/\S/);
  if (line.length <= width || start === -1) return [line];
  const space = line.lastIndexOf(' ', width);
  // Of a word that is longer than a line, whatever shows it cuts the rest.
  const end = space > start ? space : line.indexOf(' ', Math.max(start, width));
  return end === -1 ? [line] : [line.slice(0, end), ...wrapped(`  ${line.slice(end).trimStart()}`, width)];
}

/** What has not reached the lake yet. */
export function segmentText({ open, waiting, fault }: NonNullable<StreamerHealth['segments']>): string {
  const now = `segment ${countText(open.rows)} rows, ${sizeText(open.bytes)}, ${ageText(open.age_seconds)} old`;
  const later = waiting.count === 0 ? 'none waiting' : `${waiting.count} waiting (${sizeText(waiting.bytes)})`;
  return `${now}; ${later}${fault === null ? '' : `; the lake fails: ${fault}`}`;
}

function feedLines({ feeds }: StreamerHealth, style: Style, width: number): string[] {
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
  const shown = fitting(rows, width);
  const pick = <Cell>(cells: readonly Cell[]) => cells.filter((_, index) => shown[index] === true);
  const [title = '', ...lines] = renderTable(pick(columns), rows.map(pick)).trimEnd().split('\n');
  return [
    style('dim', title),
    ...lines.map((line, index) => {
      const { state, cause } = feeds[index] ?? {};
      if (state === 'interrupted' || state === 'blocked' || state === 'refused') return style('red', line);
      return state === 'flowing' && cause === null ? line : style('yellow', line);
    }),
  ];
}

/** Which columns a terminal of this width has room for: an exchange, its dataset, what is missing of it and why come first. */
function fitting(rows: readonly (readonly string[])[], width: number): readonly boolean[] {
  const needed = columns.map(({ title, usual }, index) =>
    Math.max(title.length, usual, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const shown = columns.map(() => true);
  const room = () => needed.reduce((sum, chars, index) => sum + (shown[index] ? chars + gutter : 0), -gutter);
  const ranks = columns.flatMap(({ rank }, index) => (rank === undefined ? [] : [{ rank, index }]));
  for (const { index } of ranks.sort((one, other) => one.rank - other.rank)) {
    if (room() <= width) break;
    shown[index] = false;
  }
  return shown;
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
