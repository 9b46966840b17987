import { type FoundBook, type MissingBook, readBook, symbolInLake } from '@feedlake/collector';
import { nativeAdapters } from '@feedlake/exchanges';
import { isoTime } from '@feedlake/schema';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { cell } from '../output/rows.ts';
import { renderTable } from '../output/table.ts';
import { writeAll } from '../output/write.ts';
import { fromTime } from '../time.ts';

export interface BookOptions {
  readonly exchange: string;
  readonly at?: string;
  readonly levels: string;
  readonly format: string;
}

const formats = ['table', 'json', 'csv'];

/** What is shown of a book, and whose it is. */
interface Shown {
  readonly exchange: string;
  readonly symbol: string;
  /** Microseconds. */
  readonly at: number;
  readonly levels: number;
}

/**
 * `feedlake book`: the order book of an instrument at a time, rebuilt from the lake. No exchange is asked.
 * @returns the exit code: 1 where the book is not known at that time.
 * @throws UsageError when an option is wrong, StoreError, ObjectError when the lake can't be read.
 */
export async function bookCommand(context: Context, input: string, options: BookOptions): Promise<number> {
  const { exchange, format } = options;
  if (!formats.includes(format)) throw new UsageError(`--format ${format}: choose one of ${formats.join(', ')}`);
  const levels = levelsOf(options.levels);
  const asked = options.at === undefined ? null : fromTime('--at', options.at);
  const settings = context.config.exchanges[context.exchanges([exchange])[0] ?? exchange];
  const adapter = nativeAdapters[settings?.exchange ?? exchange];
  if (adapter === undefined)
    throw new UsageError(`--exchange ${exchange}: books are rebuilt of ${Object.keys(nativeAdapters).join(', ')}`);
  const lake = context.lake();
  const { symbol, notice } = await symbolInLake(lake, 'book_deltas', exchange, adapter, input, asked);
  if (notice !== null && symbol !== null) context.say(notice);
  const at = symbol === null ? null : (asked ?? (await lake.lastTime('book_deltas', exchange, symbol)));
  if (symbol === null || at === null) {
    const when = asked === null ? '' : ` until ${isoTime(asked)}`;
    const hint = notice === null ? '' : `; ${notice}`;
    context.complain(`no book_deltas of ${input} at ${exchange}${when} in the lake ${context.config.lake}${hint}`);
    return exitCode.failed;
  }
  const book = await readBook({ lake, exchange, adapter, symbol, signal: context.signal }, at);
  const shown = { exchange, symbol, at, levels };
  if (!book.known) {
    context.complain(unknownText(book, shown));
    return exitCode.failed;
  }
  const texts = { table: tableOf, json: jsonOf, csv: csvOf }[format as 'table' | 'json' | 'csv'](book, shown);
  await writeAll(context.streams.stdout, [texts]);
  if (book.isUnproven) {
    context.complain('neither sequence numbers nor coverage tell whether anything is missing after its last change');
  }
  return exitCode.ok;
}

function levelsOf(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--levels ${text}: a whole number above 0, or all`);
}

function unknownText({ from, until, cause }: MissingBook, { exchange, symbol, at }: Shown): string {
  const why = cause === null ? '' : ` (${cause})`;
  const next = until === null ? '' : `; it is known again at ${isoTime(until)}`;
  const what = `the book of ${symbol} at ${exchange} is not known at ${isoTime(at)}`;
  if (from === null) return `${what}: the lake has no whole book before${why}${next}`;
  return `${what}: something is missing after ${isoTime(from)}${why}${next}`;
}

function tableOf(book: FoundBook, { exchange, symbol, at, levels }: Shown): string {
  const { bids, asks, lastSeq, changedAt } = book;
  const deep = Math.min(levels, Math.max(bids.length, asks.length));
  const rows = Array.from({ length: deep }, (_, index) => {
    const [[bid = '', bidSize = ''] = [], [ask = '', askSize = ''] = []] = [bids[index], asks[index]];
    return [bidSize, bid, ask, askSize];
  });
  const titles = ['bid size', 'bid', 'ask', 'ask size'].map((title) => ({ title, align: 'right' as const }));
  const time = (micros: number) => cell(isoTime(micros), true);
  const change = changedAt === null ? '' : `, last change ${time(changedAt)}`;
  const head = `${exchange} ${symbol} at ${time(at)} UTC${change}${lastSeq === null ? '' : `, sequence ${lastSeq}`}`;
  const sizes = `${bids.length} bids, ${asks.length} asks`;
  return `${head}, ${sizes}\n${rows.length === 0 ? 'the book is empty\n' : renderTable(titles, rows)}`;
}

function jsonOf(book: FoundBook, { exchange, symbol, at, levels }: Shown): string {
  const { bids, asks, lastSeq, changedAt, since, isUnproven } = book;
  const json = {
    exchange,
    symbol,
    at: isoTime(at),
    changed_at: changedAt === null ? null : isoTime(changedAt),
    snapshot_at: isoTime(since),
    sequence: lastSeq,
    proven: !isUnproven,
    bids: bids.slice(0, levels),
    asks: asks.slice(0, levels),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function csvOf({ bids, asks }: FoundBook, { levels }: Shown): string {
  const lines = [
    ...bids.slice(0, levels).map(([price, size], index) => `bid,${index + 1},${price},${size}\n`),
    ...asks.slice(0, levels).map(([price, size], index) => `ask,${index + 1},${price},${size}\n`),
  ];
  return `side,level,price,size\n${lines.join('')}`;
}
