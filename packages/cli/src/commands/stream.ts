import { once } from 'node:events';
import { Streamer } from '@feedlake/collector';
import { milliseconds, nearest } from '@feedlake/config';
import type { StreamedDataset } from '@feedlake/exchanges';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { durationText } from '../output/duration.ts';
import { countText } from '../output/numbers.ts';
import { RowPrinter } from '../output/row-printer.ts';
import { outcome, reportFailures } from '../report.ts';
import { type Chosen, choose } from '../stream/choose.ts';
import { claimPlace, settingsFor } from '../stream/place.ts';
import { shown } from '../stream/shown.ts';

export interface StreamOptions {
  readonly exchange?: readonly string[];
  readonly store?: boolean;
  readonly for?: string;
  readonly format: string;
}

const formats = ['table', 'json', 'ndjson'];

/**
 * `feedlake stream`: prints rows as they come, and with `--store` records them as `up` does.
 * @returns the exit code.
 * @throws UsageError when the dataset or an option is none; StoreError when the lake can't be used.
 */
export async function streamCommand(
  context: Context,
  dataset: string,
  symbols: readonly string[],
  options: StreamOptions,
): Promise<number> {
  const channel = datasetOf(dataset);
  if (!formats.includes(options.format)) {
    throw new UsageError(`--format ${options.format}: choose one of ${formats.join(', ')}`);
  }
  if (symbols.includes('all') && symbols.length > 1) {
    throw new UsageError('`all` stands alone: leave out the other symbols');
  }
  const forMs = options.for === undefined ? null : durationOf('--for', options.for);
  const { chosen, failed } = await choices(context, channel, symbols, options.exchange);
  if (context.signal.aborted) return exitCode.ok;
  if (chosen.length === 0) return exitCode.failed;
  await stream(context, channel, chosen, options, forMs);
  return outcome(chosen.length, failed);
}

/** What is streamed of each exchange; what can't be is said. */
async function choices(
  context: Context,
  dataset: StreamedDataset,
  symbols: readonly string[],
  named: readonly string[] | undefined,
): Promise<{ chosen: Chosen[]; failed: number }> {
  const { venues, failures } = context.venues(named);
  const wanted = symbols.includes('all') ? null : symbols;
  const found = await Promise.all(
    venues.map((venue) => {
      const all = context.config.exchanges[venue.id]?.symbols ?? 'all';
      return choose(context, venue, dataset, wanted ?? all).catch((error: unknown) => {
        if (context.signal.aborted) return { chosen: null, failures: [], notOffered: null };
        throw error;
      });
    }),
  );
  const notOffered = found.flatMap((one) => one.notOffered ?? []);
  for (const reason of notOffered) context.say(`no stream of ${dataset}: ${reason}`);
  const all = [...failures, ...found.flatMap((one) => one.failures)];
  reportFailures(context, all);
  const chosen = found.flatMap((one) => one.chosen ?? []);
  // Nobody asked for an exchange that was not named.
  const failed = all.length + (named === undefined && chosen.length > 0 ? 0 : notOffered.length);
  return { chosen, failed };
}

async function stream(
  context: Context,
  dataset: StreamedDataset,
  chosen: readonly Chosen[],
  { store = false, format }: StreamOptions,
  forMs: number | null,
): Promise<void> {
  const { streams, logger } = context;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  streams.whenReaderGoes?.(() => stop.abort());
  const printer = new RowPrinter(streams.stdout, dataset, format === 'table' ? shown[dataset] : null);
  const place = store ? await claimPlace(context.config) : null;
  const started = performance.now();
  let rows = 0;
  try {
    const config = settingsFor(context.config, dataset, chosen, place);
    const streamer = await Streamer.open({
      config,
      exchanges: chosen.map(({ exchange }) => exchange),
      logger,
      store,
      onRow: (of, row) => {
        if (of !== dataset || signal.aborted) return;
        rows += 1;
        printer.print(row);
      },
    });
    const what = chosen.map(({ exchange, count }) => `${exchange} (${count})`).join(', ');
    context.say(`${dataset} of ${what}${store ? `, stored in ${config.lake}` : ''}; Ctrl-C ends it`);
    const timer = forMs === null ? undefined : setTimeout(() => stop.abort(), forMs);
    try {
      streamer.start();
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      clearTimeout(timer);
      await streamer.close();
    }
  } finally {
    await place?.instance.release();
  }
  if (printer.dropped > 0) {
    context.complain(`${countText(printer.dropped)} rows were not printed, as their reader was too slow`);
  }
  context.say(`${countText(rows)} rows in ${durationText((performance.now() - started) * 1000)}`);
}

function datasetOf(text: string): StreamedDataset {
  const names = Object.keys(shown) as StreamedDataset[];
  const dataset = names.find((name) => name === text);
  if (dataset !== undefined) return dataset;
  const near = nearest(text, names);
  throw new UsageError(
    `${text}: no dataset that can be streamed; ${near === null ? `there are ${names.join(', ')}` : `did you mean ${near}?`}`,
  );
}

function durationOf(option: string, text: string): number {
  try {
    return milliseconds(text);
  } catch {
    throw new UsageError(`${option} ${text}: not a duration; write 30s, 5m or 1h`);
  }
}
