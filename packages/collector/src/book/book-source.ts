import type { BookRow, ExchangeAdapter } from '@feedlake/exchanges';
import type { Lake } from '@feedlake/lake';
import { minute, parseIsoTime } from '@feedlake/schema';

/** Whose book is wanted. */
export interface BookSource {
  readonly lake: Lake;
  /** Exchange id as the rows have it. */
  readonly exchange: string;
  readonly adapter: ExchangeAdapter;
  /** Unified symbol as the rows have it. */
  readonly symbol: string;
  readonly signal?: AbortSignal | undefined;
}

const columns = [
  'ts_event',
  'side',
  'price',
  'size',
  'first_seq',
  'last_seq',
  'prev_seq',
  'cross_seq',
  'is_snapshot',
  'is_last',
] as const;

/**
 * The book rows of an instrument between two times (µs, `to` exclusive): the messages in the order of their time and
 * number, each row once, however many writers have recorded it.
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function bookRows(source: BookSource, from: number, to: number): Promise<BookRow[]> {
  const { lake, exchange, symbol, signal } = source;
  const rows = new Map<string, BookRow>();
  for await (const row of lake.scan('book_deltas', { exchange, symbols: [symbol], from, to, columns })) {
    const { ts_event, last_seq, is_snapshot, side, price } = row;
    rows.set(`${ts_event} ${last_seq} ${is_snapshot} ${side} ${price}`, row);
    if (rows.size % 10_000 === 0) signal?.throwIfAborted();
  }
  const time = ({ ts_event }: BookRow) => ts_event ?? Number.NaN;
  return [...rows.values()].sort((a, b) => time(a) - time(b) || (a.last_seq ?? 0) - (b.last_seq ?? 0));
}

/** The stretch that is looked at first, and how much longer each further one is. */
const firstStretch = 10 * minute;
const growth = 4;

/**
 * The time of the last whole book until a time, inclusive (µs); null where there is none. Looks back from there, and reads
 * nothing but times.
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function lastSnapshot(source: BookSource, at: number): Promise<number | null> {
  const earliest = await firstDay(source);
  if (earliest === null) return null;
  let to = at + 1;
  for (let width = firstStretch; to > earliest; width *= growth) {
    const from = to - width;
    const times = await snapshotTimes(source, from, to);
    if (times.length > 0) return Math.max(...times);
    to = from;
  }
  return null;
}

/** The time of the first whole book after a time, before a limit (both µs); null where there is none. */
export async function nextSnapshot(source: BookSource, after: number, limit: number): Promise<number | null> {
  let from = after + 1;
  for (let width = firstStretch; from < limit; width *= growth) {
    const to = Math.min(limit, from + width);
    const times = await snapshotTimes(source, from, to);
    if (times.length > 0) return Math.min(...times);
    from = to;
  }
  return null;
}

async function snapshotTimes({ lake, exchange, symbol, signal }: BookSource, from: number, to: number) {
  const times: number[] = [];
  const query = { exchange, symbols: [symbol], from, to, columns: ['ts_event', 'is_snapshot', 'is_last'] as const };
  for await (const { ts_event, is_snapshot, is_last } of lake.scan('book_deltas', query)) {
    if (is_snapshot && is_last && typeof ts_event === 'number') times.push(ts_event);
  }
  signal?.throwIfAborted();
  return times;
}

/** The start of the first date that the exchange has book rows of. */
async function firstDay({ lake, exchange }: BookSource): Promise<number | null> {
  for await (const { date } of lake.objects('book_deltas', { exchanges: [exchange] })) return parseIsoTime(date);
  return null;
}
