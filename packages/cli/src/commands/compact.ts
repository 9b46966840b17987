import { join } from 'node:path';
import { bytes, milliseconds } from '@feedlake/config';
import { type CompactedDate, type CompactOptions, compact, compactedDatasets, type Lake } from '@feedlake/lake';
import { type DatasetName, day, isoDate, isoTime, minute, now, parseIsoTime } from '@feedlake/schema';
import { EmbeddedMetrics } from '@feedlake/telemetry';
import type { Context } from '../context.ts';
import { UsageError } from '../exit.ts';
import { countText, sizeText } from '../output/numbers.ts';
import { Progress } from '../output/progress.ts';
import { renderTable } from '../output/table.ts';
import { outcome } from '../report.ts';

export interface CompactCommandOptions {
  readonly dataset?: readonly string[];
  readonly exchange?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly format: string;
}

/**
 * `feedlake compact`: the objects of each date that is over become one, or few, with each fact once.
 * @returns the exit code: 3 when it failed on some dates, 1 when on all that wanted it.
 * @throws UsageError when an option is wrong, StoreError when the lake can't be used.
 */
export async function compactCommand(context: Context, options: CompactCommandOptions): Promise<number> {
  const { format, dryRun = false } = options;
  if (format !== 'table' && format !== 'json') throw new UsageError(`--format ${format}: choose one of table, json`);
  const { after, memory } = context.config.compaction;
  const filter = filterOf(options);
  const lake = context.lake();
  const time = now();
  const young = tooYoung(filter, after, time);
  const progress = new Progress('compact', { quiet: context.quiet, stream: context.streams.stderr });
  const last = { done: 0, total: 0, rows: 0 };
  try {
    const dates = await compact(lake.store, {
      ...filter,
      now: time,
      afterMs: milliseconds(after),
      folder: join(context.config.state_dir, 'compaction'),
      memoryBytes: bytes(memory),
      dryRun,
      signal: context.signal,
      onProgress: ({ done, total, rows }) => {
        progress.add({ done: done - last.done, total: total - last.total, rows: rows - last.rows });
        Object.assign(last, { done, total, rows });
      },
    });
    progress.end();
    const failed = dates.filter((one) => one.outcome === 'failed');
    for (const one of failed) context.complain(`${one.exchange} ${one.dataset} ${one.date}: ${one.message}`);
    const isTold = format === 'table' && dates.length === 0;
    if (isTold) context.streams.stdout.write(`nothing to compact: ${await why(lake, filter, after, young)}\n`);
    else context.streams.stdout.write(format === 'json' ? jsonOf(dates) : tableOf(dates));
    if (young !== null && !isTold) context.say(young.text);
    const code = outcome(dates.length - failed.length, failed.length);
    if (code === 0 && !dryRun) publishFinished(context);
    return code;
  } finally {
    progress.end();
  }
}

/** Tells CloudWatch that all went well: an alarm waits for it. */
function publishFinished({ config, streams }: Context): void {
  const { enabled, namespace, stage } = config.cloudwatch;
  if (enabled) new EmbeddedMetrics({ namespace, stage, stream: streams.stdout }).put({}, { CompactionFinished: 1 });
}

type Filter = Pick<CompactOptions, 'datasets' | 'exchanges' | 'firstDate' | 'lastDate'>;

/** @throws UsageError */
function filterOf({ dataset, exchange, from, to }: CompactCommandOptions): Filter {
  const filter: Filter = {
    ...(dataset === undefined ? {} : { datasets: datasetsOf(dataset) }),
    ...(exchange === undefined ? {} : { exchanges: [...new Set(exchange)] }),
    ...(from === undefined ? {} : { firstDate: dateOf('--from', from) }),
    ...(to === undefined ? {} : { lastDate: dateOf('--to', to) }),
  };
  if (filter.firstDate !== undefined && filter.lastDate !== undefined && filter.firstDate > filter.lastDate) {
    throw new UsageError(`--from ${from} is after --to ${to}`);
  }
  return filter;
}

/** A date that was named and has not been over for long enough. */
interface TooYoung {
  /** Says from when on it can be compacted. */
  readonly text: string;
  /** Whether all dates that were asked for are as young. */
  readonly isAll: boolean;
}

function tooYoung({ firstDate, lastDate }: Filter, after: string, time: number): TooYoung | null {
  const readyAt = (date: string) => (parseIsoTime(date) ?? 0) + day + milliseconds(after) * 1000;
  const isYoung = (date: string | undefined) => date !== undefined && readyAt(date) > time;
  const isAll = isYoung(firstDate);
  const date = isAll ? firstDate : lastDate;
  if (date === undefined || !isYoung(date)) return null;
  const ready = isoTime(Math.ceil(readyAt(date) / minute) * minute)
    .slice(0, 16)
    .replace('T', ' ');
  return { text: `${date} can be compacted from ${ready} UTC on, when it has been over for ${after}`, isAll };
}

/** Why there was nothing to compact: it is too early, there is nothing at all, or it is compact. */
async function why(
  lake: Lake,
  { datasets = compactedDatasets, ...filter }: Filter,
  after: string,
  young: TooYoung | null,
): Promise<string> {
  if (young?.isAll === true) return young.text;
  const more = young === null ? '' : `; ${young.text}`;
  for (const dataset of datasets) {
    for await (const _ of lake.objects(dataset, filter)) {
      return `each date that has been over for ${after} is one object, or few${more}`;
    }
  }
  return `${lake.store.root} has nothing of what was asked for${more}`;
}

function datasetsOf(names: readonly string[]): DatasetName[] {
  return [...new Set(names)].map((name) => {
    const dataset = compactedDatasets.find((one) => one === name);
    if (dataset !== undefined) return dataset;
    const why = name === 'raw' ? 'is kept as it was received' : 'is no dataset';
    throw new UsageError(`--dataset ${name}: ${why}; there are ${compactedDatasets.join(', ')}`);
  });
}

/** Whole dates are compacted: a time of day would mislead. */
function dateOf(option: string, text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseIsoTime(text) : null;
  if (time === null)
    throw new UsageError(`${option} ${text}: not a date; write 2026-10-01, as whole dates (UTC) are compacted`);
  return isoDate(time);
}

function jsonOf(dates: readonly CompactedDate[]): string {
  return dates.length === 0 ? '[]\n' : `[\n${dates.map((date) => JSON.stringify(date)).join(',\n')}\n]\n`;
}

function tableOf(dates: readonly CompactedDate[]): string {
  const text = (count: number | null, write: (count: number) => string) => (count === null ? '-' : write(count));
  const numbers = ['objects', 'after', 'rows', 'after', 'size', 'after'].map((title) => ({
    title,
    align: 'right' as const,
  }));
  return renderTable(
    [{ title: 'dataset' }, { title: 'exchange' }, { title: 'date' }, { title: 'outcome' }, ...numbers],
    dates.map(({ dataset, exchange, date, outcome, objects, rows, bytes }) => [
      dataset,
      exchange,
      date,
      outcome,
      text(objects.before, countText),
      text(objects.after, countText),
      text(rows.before, countText),
      text(rows.after, countText),
      text(bytes.before, sizeText),
      text(bytes.after, sizeText),
    ]),
  );
}
