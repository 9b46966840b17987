import {
  askCoverage,
  type CoverageKind,
  completeness,
  coverageKinds,
  exchangesWithCoverage,
  type Timeline,
} from '@feedlake/collector';
import { nativeAdapters } from '@feedlake/exchanges';
import { toCsv, toJson, toNdjson } from '@feedlake/lake';
import { type DatasetName, datasetNames, day, isoTime, now } from '@feedlake/schema';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { completenessRows, gapRows } from '../output/coverage-rows.ts';
import { coverageText, gapsText, kindText, percentText } from '../output/coverage-table.ts';
import { type RowFormat, rowFormat } from '../output/rows.ts';
import { writeAll } from '../output/write.ts';
import { fromTime, toTime } from '../time.ts';

export interface CoverageOptions {
  readonly exchange?: readonly string[];
  readonly dataset?: readonly string[];
  readonly symbol?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly kind?: string;
  readonly gaps?: boolean;
  readonly format: string;
  readonly min?: string;
}

/** What is asked for. */
interface Question {
  readonly range: { readonly from: number; readonly to: number };
  /** Null = those that the lake has coverage of. */
  readonly exchanges: readonly string[] | null;
  readonly datasets: readonly DatasetName[] | null;
  /** As they were typed. */
  readonly symbols: readonly string[] | null;
  readonly kind: CoverageKind | null;
  /** Percentage of what is owed that each timeline has to have; null = all of it. */
  readonly least: number | null;
}

/** Timelines below `--min` that are named on standard error. */
const namedEach = 5;

/**
 * `feedlake coverage`: what the lake has of a range of time, what it lacks, and why. No exchange is asked.
 * @returns the exit code: 0 when everything owed is covered, 3 when not or when there is nothing about something that
 * was named, 1 when the lake has no coverage of the range at all.
 * @throws UsageError when an option makes no sense, StoreError, ObjectError when the lake can't be read.
 */
export async function coverageCommand(context: Context, options: CoverageOptions): Promise<number> {
  const format = rowFormat(options.format);
  const question = questionOf(context, options);
  const { timelines, unknown, silent } = await answer(context, question);
  await writeAll(context.streams.stdout, [written(timelines, question, format, options)]);
  if (timelines.length === 0) {
    const hints = [...unknown.values()].filter((hint) => hint !== null);
    const hint = hints.length === 0 ? '' : `; ${hints.join('; ')}`;
    context.complain(`no coverage ${described(question)} in the lake ${context.config.lake}${hint}`);
    return exitCode.failed;
  }
  const missing = [...notSpokenOf(timelines, question), ...silent];
  for (const name of missing) context.complain(`no coverage of ${name}`);
  for (const [name, hint] of unknown)
    context.complain(`no coverage of ${name}: the lake does not know it${hint === null ? '' : `; ${hint}`}`);
  const total = completeness(timelines);
  context.say(`${percentText(total)} of what is owed is covered`);
  const below = timelines.filter((timeline) => isBelow(timeline, question.least));
  if (question.least !== null) reportBelow(context, below, question.least);
  return below.length + missing.length + unknown.size === 0 ? exitCode.ok : exitCode.partial;
}

interface Answer {
  readonly timelines: readonly Timeline[];
  /** Symbols that no exchange knows as the lake has it, each with what is like it. */
  readonly unknown: ReadonlyMap<string, string | null>;
  /** Symbols that the lake knows, and says nothing about. */
  readonly silent: readonly string[];
}

async function answer(context: Context, question: Question): Promise<Answer> {
  const { range, datasets, symbols, kind } = question;
  const { config, signal } = context;
  const lake = context.lake();
  const timelines: Timeline[] = [];
  const unknown = new Map<string, string | null>(symbols?.map((name) => [name, null]));
  const known = new Map<string, ReadonlySet<string>>();
  // One exchange at a time: of a busy one there are millions of rows.
  for (const exchange of question.exchanges ?? (await exchangesWithCoverage(lake, range))) {
    const adapter = nativeAdapters[config.exchanges[exchange]?.exchange ?? exchange] ?? null;
    const asked = { datasets: datasets ?? undefined, symbols: symbols ?? undefined, kind: kind ?? undefined };
    const found = await askCoverage(lake, { ...range, exchange, adapter, ...asked, signal });
    timelines.push(...found.timelines);
    for (const [name, { symbol, notice }] of found.names) {
      if (symbol !== null) known.set(name, new Set([...(known.get(name) ?? []), symbol]));
      if (symbol !== null && notice !== null) context.say(notice);
      if (symbol === null && notice !== null) unknown.set(name, notice);
    }
  }
  for (const name of known.keys()) unknown.delete(name);
  const told = new Set(timelines.map(({ symbol }) => symbol));
  const silent = [...known].filter(([, taken]) => ![...taken].some((symbol) => told.has(symbol))).map(([name]) => name);
  return { timelines, unknown, silent };
}

function written(
  timelines: readonly Timeline[],
  { range }: Question,
  format: RowFormat,
  { gaps = false, symbol }: CoverageOptions,
): string {
  if (format === 'table') {
    if (timelines.length === 0) return '';
    return gaps ? gapsText(timelines) : coverageText(timelines, range, symbol !== undefined);
  }
  const rows = gaps ? gapRows(timelines) : completenessRows(timelines);
  return { json: toJson, ndjson: toNdjson, csv: toCsv }[format](rows);
}

function reportBelow(context: Context, below: readonly Timeline[], least: number): void {
  for (const timeline of below.slice(0, namedEach)) {
    const { exchange, dataset, symbol } = timeline;
    const about = `${exchange} ${dataset} ${kindText(timeline)}${symbol === null ? '' : ` ${symbol}`}`;
    context.complain(`below ${least} %: ${about} (${percentText(completeness(timeline))})`);
  }
  if (below.length > namedEach) context.complain(`below ${least} %: ${below.length} in all`);
}

function isBelow(timeline: Timeline, least: number | null): boolean {
  const { share, gap } = completeness(timeline);
  if (least === null) return gap > 0;
  // Percentages are decimals, and those seldom binary fractions.
  return share !== null && share * 100 < least - 1e-9;
}

/** Exchanges and datasets of the command line about which the lake says nothing. */
function notSpokenOf(timelines: readonly Timeline[], { exchanges, datasets }: Question): string[] {
  const told = new Set(timelines.flatMap(({ exchange, dataset }) => [exchange, dataset]));
  return [...(exchanges ?? []), ...(datasets ?? [])].filter((name) => !told.has(name));
}

/** What was asked for, in a few words. */
function described({ range, exchanges, datasets, symbols, kind }: Question): string {
  const names = [...(exchanges ?? []), ...(datasets ?? []), ...(kind === null ? [] : [kind]), ...(symbols ?? [])];
  const about = names.length === 0 ? '' : `of ${names.join(' ')} `;
  return `${about}from ${isoTime(range.from)} to ${isoTime(range.to)}`;
}

function questionOf(context: Context, options: CoverageOptions): Question {
  const { exchange, dataset, symbol, kind } = options;
  if (kind !== undefined && !isKind(kind))
    throw new UsageError(`--kind ${kind}: choose one of ${coverageKinds.join(', ')}`);
  return {
    range: rangeOf(options),
    exchanges: exchange === undefined ? null : context.exchanges(exchange),
    datasets: namesOf('--dataset', dataset, datasetOf),
    symbols: namesOf('--symbol', symbol, (text) => text),
    kind: kind ?? null,
    least: leastOf(options.min),
  };
}

function rangeOf({ from, to }: CoverageOptions): Question['range'] {
  const end = to === undefined ? now() : toTime('--to', to);
  const range = { from: from === undefined ? end - day : fromTime('--from', from), to: end };
  if (range.from >= range.to) throw new UsageError(`--from ${from} is not before the end of the range`);
  return range;
}

/** The names of an option, each once; null where it is not given. */
function namesOf<Name>(
  option: string,
  texts: readonly string[] | undefined,
  name: (text: string) => Name,
): Name[] | null {
  if (texts === undefined) return null;
  if (texts.length === 0) throw new UsageError(`${option} names none`);
  return [...new Set(texts.map(name))];
}

function datasetOf(text: string): DatasetName {
  const dataset = datasetNames.find((name) => name === text);
  if (dataset !== undefined) return dataset;
  throw new UsageError(`--dataset ${text}: no dataset; there are ${datasetNames.join(', ')}`);
}

function isKind(text: string): text is CoverageKind {
  return coverageKinds.some((kind) => kind === text);
}

function leastOf(min: string | undefined): number | null {
  if (min === undefined) return null;
  const percent = Number(min);
  if (min.trim() === '' || !(percent >= 0 && percent <= 100)) {
    throw new UsageError(`--min ${min}: a percentage from 0 to 100, such as 99.9`);
  }
  return percent === 100 ? null : percent;
}
