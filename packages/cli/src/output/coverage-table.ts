import { completeness, type Outage, outagesOf, type Timeline } from '@feedlake/collector';
import { isoTime } from '@feedlake/schema';
import { Calendar, calendarLegend } from './calendar.ts';
import { durationText } from './duration.ts';
import { renderTable, type TableColumn } from './table.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Up to so many symbols of a dataset have lines of their own. */
const fewSymbols = 5;
/** Gaps that are listed below the calendar, and symbols that a line of them names. */
const shownGaps = 20;
const namedSymbols = 2;
/** What a table can hold. */
const mostGaps = 1000;

/** Timelines that a line of the calendar is about. */
interface Line {
  readonly timelines: readonly Timeline[];
  readonly symbols: string;
}

/**
 * The calendar of completeness for people, and the newest gaps.
 * @param bySymbol One line for each symbol, however many there are.
 */
export function coverageText(timelines: readonly Timeline[], range: Range, bySymbol: boolean): string {
  const calendar = new Calendar(range);
  const lines = seriesOf(timelines).flatMap((series) => linesOf(series, bySymbol));
  const columns: TableColumn[] = [
    { title: 'exchange' },
    { title: 'dataset' },
    { title: 'kind' },
    { title: 'symbol' },
    { title: 'covered', align: 'right' },
    { title: 'gaps', align: 'right' },
    { title: 'rows', align: 'right' },
    { title: calendar.title },
  ];
  const table = renderTable(
    columns,
    lines.map((line) => lineCells(line, calendar)),
  );
  const head = `${clock(range.from)} to ${clock(range.to)} UTC, a cell is ${calendar.width}\n`;
  return `${head}${calendarLegend}\n\n${table}\n${gapList(timelines, shownGaps)}`;
}

/** The list of gaps for people, those of one event in one line, newest last. */
export function gapsText(timelines: readonly Timeline[]): string {
  return gapList(timelines, mostGaps);
}

/** Part of what is owed as a percentage, rounded down: only what has no gap is 100 %. */
export function percentText(part: {
  readonly covered: number;
  readonly gap: number;
  readonly share: number | null;
}): string {
  if (part.share === null) return '-';
  const hundredths = Math.floor(part.share * 10_000);
  return `${(Math.min(hundredths, part.gap > 0 ? 9999 : 10_000) / 100).toFixed(2)} %`;
}

/** How data is collected, as people are told. */
export function kindText({ kind, periodSeconds }: Pick<Timeline, 'kind' | 'periodSeconds'>): string {
  return periodSeconds === null ? kind : `${kind} ${durationText(periodSeconds * 1_000_000)}`;
}

function gapList(timelines: readonly Timeline[], most: number): string {
  const outages = outagesOf(timelines);
  if (outages.length === 0) return 'no gaps\n';
  const columns: TableColumn[] = [
    { title: 'gap from (UTC)' },
    { title: 'to' },
    { title: 'lasted', align: 'right' },
    { title: 'exchange' },
    { title: 'dataset' },
    { title: 'kind' },
    { title: 'cause' },
    { title: 'symbol' },
  ];
  const sizes = new Map(seriesOf(timelines).map((series) => [seriesKey(series[0] as Timeline), series.length]));
  const rows = outages
    .slice(-most)
    .map((outage) => [
      clock(outage.from),
      clock(outage.to),
      durationText(outage.longest),
      outage.exchange,
      outage.dataset,
      kindText(outage),
      outage.cause ?? '-',
      symbolsText(outage.symbols, sizes.get(seriesKey(outage)) ?? 0),
    ]);
  const more = outages.length - rows.length;
  const note = more === 0 ? '' : `${more} older ${more === 1 ? 'gap' : 'gaps'} not shown\n`;
  return `${note}${renderTable(columns, rows)}`;
}

function lineCells({ timelines, symbols }: Line, calendar: Calendar): string[] {
  const [{ exchange, dataset, ...rest }] = timelines as [Timeline];
  const complete = completeness(timelines);
  return [
    exchange,
    dataset,
    kindText(rest),
    symbols,
    percentText(complete),
    String(outagesOf(timelines).length),
    String(complete.rows ?? '-'),
    calendar.line(timelines),
  ];
}

/** The timelines of each exchange, dataset and kind. */
function seriesOf(timelines: readonly Timeline[]): Timeline[][] {
  return [...Map.groupBy(timelines, seriesKey).values()];
}

function seriesKey({ exchange, dataset, kind, periodSeconds }: Timeline | Outage): string {
  return JSON.stringify([exchange, dataset, kind, periodSeconds]);
}

function linesOf(series: readonly Timeline[], bySymbol: boolean): Line[] {
  if (!bySymbol && series.length > fewSymbols) {
    return [
      {
        timelines: series,
        symbols: symbolsText(
          series.map(({ symbol }) => symbol),
          series.length,
        ),
      },
    ];
  }
  return series.map((timeline) => ({
    timelines: [timeline],
    symbols: symbolsText([timeline.symbol], series.length),
  }));
}

/**
 * Which symbols timelines are about. Null stands for all that no other timeline of the series names: where there is none, or where
 * all of them are meant, that is the whole market.
 * @param total Timelines of the series
 */
function symbolsText(symbols: readonly (string | null)[], total: number): string {
  const named = symbols.filter((symbol) => symbol !== null);
  const others = symbols.length > named.length;
  if (others && symbols.length === total) return 'all symbols';
  const names = named.length <= namedSymbols ? named.join(', ') : `${named.length} symbols`;
  return [names, others ? 'all others' : ''].filter((part) => part !== '').join(', ');
}

function clock(micros: number): string {
  return isoTime(micros).slice(0, 19).replace('T', ' ');
}
