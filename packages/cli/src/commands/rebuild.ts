import { realpath } from 'node:fs/promises';
import { type RebuildReport, rebuild, rebuildWriter } from '@feedlake/collector';
import { type ExchangeAdapter, nativeAdapters } from '@feedlake/exchanges';
import { Lake, openStore, type Store } from '@feedlake/lake';
import { now } from '@feedlake/schema';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { countText } from '../output/numbers.ts';
import { renderTable } from '../output/table.ts';
import { outcome, reportRejected } from '../report.ts';
import { fromTime, toTime } from '../time.ts';

export interface RebuildCommandOptions {
  readonly from: string;
  readonly into: string;
  readonly exchange?: readonly string[];
  readonly symbol?: readonly string[];
  readonly fromTime?: string;
  readonly to?: string;
}

/**
 * `feedlake rebuild`: maps captured messages of the lake again, into another lake.
 * @returns the exit code: 1 when there are no messages, 3 when some could not be mapped.
 * @throws UsageError when an option is wrong, StoreError, ObjectError when a lake can't be read or written to.
 */
export async function rebuildCommand(context: Context, options: RebuildCommandOptions): Promise<number> {
  if (options.from !== 'raw') throw new UsageError(`--from ${options.from}: rows are rebuilt from \`raw\``);
  const range = {
    from: options.fromTime === undefined ? Number.NEGATIVE_INFINITY : fromTime('--from-time', options.fromTime),
    to: options.to === undefined ? Number.POSITIVE_INFINITY : toTime('--to', options.to),
  };
  if (range.from >= range.to) throw new UsageError('--from-time is not before the end of the range');
  const source = context.lake();
  const store = openStore(options.into);
  if (await isSame(source.store, store)) {
    throw new UsageError(`--into ${options.into}: that is the lake that is read; name another one`);
  }
  const target = new Lake(store, { writer: rebuildWriter });
  const exchanges = await exchangesOf(context, source, options.exchange);
  const reports = new Map<string, RebuildReport>();
  for (const [exchange, adapter] of exchanges) {
    const started = now();
    const report = await rebuild({
      source,
      target,
      exchange,
      adapter,
      symbols: options.symbol ?? context.config.exchanges[exchange]?.symbols ?? 'all',
      range,
      signal: context.signal,
      onProgress: (messages) => context.logger.info({ exchange, messages }, `${exchange}: ${messages} messages`),
    });
    reports.set(exchange, report);
    reportRejected(context, exchange, report.rejected.reasons);
    const seconds = ((now() - started) / 1_000_000).toFixed(1);
    context.say(
      `${exchange}: ${countText(report.messages)} messages in ${seconds} s${report.rejected.count === 0 ? '' : `, ${countText(report.rejected.count)} rejected`}`,
    );
  }
  const messages = [...reports.values()].reduce((sum, report) => sum + report.messages, 0);
  if (messages === 0) {
    context.complain(`no raw messages in the lake ${context.config.lake}; streamer.raw keeps them from now on`);
    return exitCode.failed;
  }
  context.streams.stdout.write(tableOf(reports));
  const rejected = [...reports.values()].reduce((sum, report) => sum + report.rejected.count, 0);
  return outcome(messages, rejected);
}

/** The exchanges to rebuild with their adapters: those that were named, else all that the lake has messages of. */
async function exchangesOf(
  context: Context,
  lake: Lake,
  named: readonly string[] | undefined,
): Promise<[string, ExchangeAdapter][]> {
  const found = new Set<string>();
  for await (const { exchange } of lake.objects('raw')) found.add(exchange);
  return [...new Set(named ?? [...found].sort())].map((exchange) => {
    const settings = Object.hasOwn(context.config.exchanges, exchange) ? context.config.exchanges[exchange] : undefined;
    const id = settings?.exchange ?? exchange;
    const adapter = Object.hasOwn(nativeAdapters, id) ? nativeAdapters[id] : undefined;
    if (adapter !== undefined) return [exchange, adapter];
    throw new UsageError(`--exchange ${exchange}: no adapter; there are ${Object.keys(nativeAdapters).join(', ')}`);
  });
}

async function isSame(one: Store, other: Store): Promise<boolean> {
  const real = (root: string) => realpath(root).catch(() => root);
  return one.root === other.root || (await real(one.root)) === (await real(other.root));
}

function tableOf(reports: ReadonlyMap<string, RebuildReport>): string {
  const rows = [...reports].flatMap(([exchange, { datasets }]) =>
    [...datasets].map(([dataset, { rows, created, existing }]) => {
      return [exchange, dataset, ...[rows, created, existing].map(countText)];
    }),
  );
  if (rows.length === 0) return 'no rows\n';
  const numbers = ['rows', 'objects written', 'there before'].map((title) => ({ title, align: 'right' as const }));
  return renderTable([{ title: 'exchange' }, { title: 'dataset' }, ...numbers], rows);
}
