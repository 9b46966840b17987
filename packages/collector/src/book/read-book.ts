import type { BookLevel } from '@feedlake/exchanges';
import { day, minute } from '@feedlake/schema';
import { readCoverage } from '../coverage/read.ts';
import { resolveCoverage } from '../coverage/resolve.ts';
import type { Stretch } from '../coverage/timeline.ts';
import { type Advanced, advance } from './advance.ts';
import { type BookSource, lastSnapshot, nextSnapshot } from './book-source.ts';

/** An order book of the lake. Times in microseconds. */
export interface FoundBook {
  readonly known: true;
  /** Best first. */
  readonly bids: readonly BookLevel[];
  /** Best first. */
  readonly asks: readonly BookLevel[];
  /** The sequence number that it stands at; null where the venue has none. */
  readonly lastSeq: number | null;
  /** Time of its last change. */
  readonly changedAt: number | null;
  /** Time of the whole book that it was brought forward from. */
  readonly since: number;
  /** Neither sequence numbers nor coverage tell that nothing is missing since the last change. */
  readonly isUnproven: boolean;
}

/** A time at which the book is not known. Times in microseconds. */
export interface MissingBook {
  readonly known: false;
  /** Until then it is known; null: there is no whole book before. */
  readonly from: number | null;
  /** From then on it is known again; null: there is no whole book after, or none within a day. */
  readonly until: number | null;
  /** Why, in the words of coverage; null where it does not tell. */
  readonly cause: string | null;
}

/** How far coverage is looked at around a time (µs), and for the next whole book. */
const around = day;
/** Where nobody says what is missing, a book is taken for this long (µs) after its last change. */
const goodFor = minute;

/**
 * The order book of an instrument at a time, from the changes in the lake.
 * @param at Microseconds, inclusive.
 * @throws StoreError, ObjectError when the lake can't be read; the signal's reason.
 */
export async function readBook(source: BookSource, at: number): Promise<FoundBook | MissingBook> {
  const since = await lastSnapshot(source, at);
  if (since === null) return missing(source, at, null);
  const advanced = await advance(source, since, at);
  const { book } = advanced;
  if (!book.known) return missing(source, at, book.from);
  const word = await wordOn(source, at);
  const isCertain = book.changedAt === at || advanced.isProven || word?.state === 'covered';
  if (!isCertain && !isLikely(advanced, book.changedAt, at, word)) return missing(source, at, book.changedAt);
  const { bids, asks, lastSeq, changedAt } = book;
  return { known: true, bids, asks, lastSeq, changedAt, since, isUnproven: !isCertain };
}

/** Nobody says that anything is missing, and it goes on right away. */
function isLikely({ goesOn }: Advanced, changedAt: number | null, at: number, word: Stretch | null): boolean {
  return goesOn && word?.state !== 'gap' && changedAt !== null && at - changedAt <= goodFor;
}

async function missing(source: BookSource, at: number, from: number | null): Promise<MissingBook> {
  const word = await wordOn(source, at);
  const until = await nextSnapshot(source, at, at + around);
  const gap = word?.state === 'gap' ? word : await gapSince(source, from, at);
  return { known: false, from, until, cause: gap?.cause ?? null };
}

/** What coverage says of a time; null = nothing. */
async function wordOn(source: BookSource, at: number): Promise<Stretch | null> {
  const stretches = await stretchesOf(source, at - around, at + around);
  return stretches.find((stretch) => stretch.from <= at && at < stretch.to) ?? null;
}

/** The first gap after a book was lost: data may flow again at a time, and the book not be whole yet. */
async function gapSince(source: BookSource, from: number | null, at: number) {
  if (from === null) return null;
  const stretches = await stretchesOf(source, from - minute, at + 1);
  return stretches.find((stretch) => stretch.state === 'gap') ?? null;
}

async function stretchesOf(
  { lake, exchange, symbol }: BookSource,
  from: number,
  to: number,
): Promise<readonly Stretch[]> {
  const query = { exchanges: [exchange], datasets: ['book_deltas'] as const, symbols: [symbol], from, to };
  const rows = [];
  for await (const row of readCoverage(lake, query)) rows.push(row);
  const timelines = resolveCoverage(rows, { from, to }, [symbol]);
  return timelines.find(({ kind }) => kind === 'stream')?.stretches ?? [];
}
