import { createInterface } from 'node:readline';
import { Normalizer } from '@feedlake/collector';
import { nativeAdapters } from '@feedlake/exchanges';
import { rowJson } from '@feedlake/schema';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { writeAll } from '../output/write.ts';

export interface NormalizeOptions {
  readonly exchange: string;
  readonly rest?: string;
  readonly body?: string;
}

/**
 * `feedlake normalize`: maps captured messages from standard input, one a line, to rows on standard output, one a
 * line. What can't be mapped is reported with its line number; the rest goes on.
 * @returns the exit code.
 * @throws UsageError when the exchange has no adapter, or the adapter no mapper for the request.
 */
export async function normalizeCommand(context: Context, options: NormalizeOptions): Promise<number> {
  const { stdin: input, stdout } = context.streams;
  const normalizer = normalizerOf(context, options);
  let rows = 0;
  let faults = 0;
  let ignored = 0;
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (text.trim() === '') continue;
    const line = normalizer.line(number === 1 ? text.replace(/^\uFEFF/, '') : text);
    const json = line.rows.map(({ dataset, row }) => `${JSON.stringify({ dataset, ...rowJson(dataset, row) })}\n`);
    await writeAll(stdout, json);
    for (const reason of line.rejected) context.complain(`line ${number}: ${reason}`);
    if (line.rows.length === 0 && line.rejected.length === 0) {
      for (const reason of line.ignored) context.say(`line ${number}: no rows: ${reason}`);
    }
    rows += line.rows.length;
    faults += line.rejected.length;
    ignored += line.ignored.length;
    context.signal.throwIfAborted();
  }
  context.say(`${number} lines: ${rows} rows, ${faults} rejected, ${ignored} ignored`);
  if (rows === 0) return exitCode.failed;
  return faults === 0 ? exitCode.ok : exitCode.partial;
}

function normalizerOf(context: Context, { exchange, rest, body }: NormalizeOptions): Normalizer {
  const settings = Object.hasOwn(context.config.exchanges, exchange) ? context.config.exchanges[exchange] : undefined;
  const id = settings?.exchange ?? exchange;
  const adapter = Object.hasOwn(nativeAdapters, id) ? nativeAdapters[id] : undefined;
  if (adapter === undefined) {
    throw new UsageError(`--exchange ${exchange}: no adapter; there are ${Object.keys(nativeAdapters).join(', ')}`);
  }
  if (rest === undefined) {
    if (body !== undefined) throw new UsageError('--body needs --rest');
    return new Normalizer(adapter, null);
  }
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  try {
    return new Normalizer(adapter, body === undefined ? { method: 'GET', path } : { method: 'POST', path, body });
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`--body: not JSON: ${error.message}`);
    if (error instanceof RangeError) throw new UsageError(`--rest: ${error.message}`);
    throw error;
  }
}
