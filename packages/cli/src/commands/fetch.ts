import {
  type Failure,
  failureOf,
  fetchHistory,
  HistoryKeeper,
  type PageListener,
  takeSnapshot,
  type Venue,
  type Wanted,
} from '@feedlake/collector';
import type { PolledDataset } from '@feedlake/exchanges';
import { type Lake, StoreError, snapshotName } from '@feedlake/lake';
import { now, type Row } from '@feedlake/schema';
import type { Context } from '../context.ts';
import { UsageError } from '../exit.ts';
import { intervalSeconds } from '../interval.ts';
import { Progress } from '../output/progress.ts';
import { formatRows, rowFormat } from '../output/rows.ts';
import { writeAll } from '../output/write.ts';
import { outcome, reportFailures, reportRejected } from '../report.ts';
import { fromTime, toTime } from '../time.ts';

export interface FetchOptions {
  readonly exchange?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly interval?: string;
  readonly store?: boolean;
  readonly format: string;
}

const shown = {
  open_interest: [
    ['exchange', 'exchange'],
    ['symbol', 'symbol'],
    ['ts_event', 'time (UTC)'],
    ['open_interest', 'open interest'],
    ['open_interest_value', 'value'],
    ['value_basis', 'basis'],
    ['mark_price', 'mark price'],
    ['source', 'source'],
  ],
  funding_rates: [
    ['exchange', 'exchange'],
    ['symbol', 'symbol'],
    ['kind', 'kind'],
    ['rate', 'rate'],
    ['interval_seconds', 'interval s'],
    ['funding_time', 'funding time (UTC)'],
    ['mark_price', 'mark price'],
    ['index_price', 'index price'],
    ['source', 'source'],
  ],
} as const;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is to be fetched from one exchange, and what for. */
interface Work {
  readonly context: Context;
  readonly venue: Venue;
  readonly dataset: PolledDataset;
  readonly symbols: Wanted;
  /** Where rows are stored; null stores none. */
  readonly lake: Lake | null;
  /** Aborted by Ctrl-C, and when the lake can't be written to. */
  readonly signal: AbortSignal;
  readonly onPage: PageListener;
}

interface Fetched {
  readonly rows: readonly object[];
  readonly failures: readonly Failure[];
  readonly rejected: number;
}

/**
 * `feedlake fetch-oi` and `feedlake fetch-funding`: the present state, or with `--from` the history, of some symbols
 * at some exchanges, all at once.
 * @returns the exit code.
 * @throws UsageError before any request when an option makes no sense.
 */
export async function fetchCommand(
  context: Context,
  dataset: PolledDataset,
  symbols: readonly string[],
  options: FetchOptions,
  output: NodeJS.WritableStream = context.streams.stdout,
): Promise<number> {
  const format = rowFormat(options.format);
  const names = symbols.flatMap((text) => text.split(',')).filter((name) => name !== '');
  if (names.length === 0) throw new UsageError('name a symbol, such as BTC-USDT-PERP, or `all`');
  const wanted: Wanted = names.some((name) => name.toLowerCase() === 'all') ? 'all' : names;
  if (wanted === 'all' && names.length > 1) throw new UsageError('`all` stands alone: leave out the other symbols');
  const range = rangeOf(options);
  const period = intervalSeconds(options.interval ?? '1h');
  const lake = options.store === true ? context.lake() : null;
  const { venues, failures: unopened } = context.venues(options.exchange);
  const progress = new Progress(dataset, { quiet: context.quiet, stream: context.streams.stderr });
  const scheduled = now();
  const store = new AbortController();
  const signal = AbortSignal.any([context.signal, store.signal]);
  const results = await Promise.allSettled(
    venues.map(async (venue) => {
      const onPage = (page: { rows: number }) => progress.add({ requests: 1, rows: page.rows });
      const symbols = wanted === 'all' ? (context.config.exchanges[venue.id]?.symbols ?? 'all') : wanted;
      const work = { context, venue, dataset, symbols, lake, signal, onPage };
      try {
        return await (range === null ? current(work, scheduled) : past(work, range, period, progress));
      } catch (error) {
        // A lake that can't be written to ends the work at all exchanges; everything else only that at its own.
        if (error instanceof StoreError) store.abort(error);
        return { rows: [], failures: [failureOf(venue.id, null, error, signal)], rejected: 0 };
      }
    }),
  );
  progress.end();
  const broken = results.find((result) => result.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  const fetched = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const rows = fetched.flatMap((one) => one.rows);
  await writeAll(output, formatRows(dataset, rows, format, shown[dataset]));
  const failures = [...unopened, ...fetched.flatMap((one) => one.failures)];
  reportFailures(context, failures);
  return outcome(rows.length, failures.length + fetched.reduce((sum, one) => sum + one.rejected, 0));
}

function rangeOf({ from, to, interval }: FetchOptions): Range | null {
  if (from === undefined) {
    if (to !== undefined) throw new UsageError('--to needs --from');
    if (interval !== undefined) throw new UsageError('--interval needs --from: it is the width of history buckets');
    return null;
  }
  const range = { from: fromTime('--from', from), to: to === undefined ? now() : toTime('--to', to) };
  if (range.from >= range.to) throw new UsageError(`--from ${from} is not before the end of the range`);
  return range;
}

async function current(work: Work, scheduled: number): Promise<Fetched> {
  const { context, venue, dataset, symbols, lake, signal, onPage } = work;
  const started = performance.now();
  const { rows, failures, rejected, notices, isPart } = await takeSnapshot(venue, dataset, {
    symbols,
    scheduled: null,
    signal,
    keepsPart: lake !== null,
    onPage,
  });
  for (const notice of notices) context.say(notice);
  reportRejected(context, venue.id, rejected);
  const scope = [...(symbols === 'all' ? [] : [...symbols].sort()), ...(isPart ? ['part'] : [])];
  const name = snapshotName(scheduled, scope);
  const written = lake === null ? [] : await lake.write(dataset, venue.id, name, rows as Row<typeof dataset>[]);
  const stored =
    lake === null ? '' : `, ${written.filter(({ outcome }) => outcome === 'created').length} files written`;
  context.say(`${venue.id}: ${rows.length} rows${stored}, ${costs(venue, started)}`);
  signal.throwIfAborted();
  return { rows, failures, rejected: rejected.length };
}

async function past(work: Work, range: Range, periodSeconds: number, progress: Progress): Promise<Fetched> {
  const { context, venue, dataset, symbols, lake, signal, onPage } = work;
  const keeper = lake === null ? null : new HistoryKeeper(lake);
  const started = performance.now();
  let before = { done: 0, total: 0 };
  const result = await fetchHistory(
    venue,
    dataset,
    { symbols, ...range, periodSeconds, now: now(), signal, keeper },
    {
      onPage,
      onProgress: (work) => {
        progress.add({ done: work.done - before.done, total: work.total - before.total });
        before = work;
      },
    },
  );
  const { fetched, failures, rejected, notices, plan } = result;
  for (const notice of notices) context.say(notice);
  reportRejected(context, venue.id, rejected);
  const rows = keeper === null ? result.rows : await keeper.rows(venue.id, dataset, plan);
  if (plan.offer !== null) {
    const had = lake === null ? '' : `, ${rows.length - fetched} were in the lake already`;
    context.say(`${venue.id}: ${fetched} rows fetched${had}, ${costs(venue, started)}`);
  }
  return { rows, failures, rejected: rejected.length };
}

function costs(venue: Venue, started: number): string {
  return `${venue.requests()} requests, ${((performance.now() - started) / 1000).toFixed(1)} s`;
}
