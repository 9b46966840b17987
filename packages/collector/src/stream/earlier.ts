import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nativeAdapters } from '@feedlake/exchanges';
import { endSegment, isCompacted, type Lake, type Leftover, leftoverSegments } from '@feedlake/lake';
import { type AnyRow, type DatasetName, day, minute } from '@feedlake/schema';
import type { Logger } from '@feedlake/telemetry';
import { claimOf } from '../coverage/kind.ts';
import type { EarlierEnd } from './ledger.ts';
import type { LedgerKey } from './ledger-entry.ts';
import { closeAccount, type FeedEnd, lastLedgerState } from './ledger-state.ts';

/** So far back (µs) a venue may say again what it said before. */
const replayed = 5 * minute;
/** So far back (µs) the lake is asked where feeds ended, when nothing on this machine tells. */
const lookBack = 2 * day;

/** Where a feed of an earlier run ended, and what ended it. */
export interface KnownEnd extends FeedEnd {
  readonly cause: EarlierEnd['cause'];
}

/** What earlier runs of a writer have left behind. */
export interface Earlier {
  /** Segments that are to be brought into the lake. */
  readonly segments: readonly string[];
  /** Where all of its feeds ended. */
  readonly ends: readonly KnownEnd[];
  end(key: LedgerKey): EarlierEnd | null;
  rows(exchange: string, dataset: DatasetName, venueSymbol: string | null): readonly AnyRow[];
}

export interface EarlierOptions {
  /** Folder of the segments. */
  readonly folder: string;
  /** File that says where the feeds ended. */
  readonly endsFile: string;
  readonly lake: Lake;
  readonly writer: string;
  readonly exchanges: readonly { readonly id: string; readonly venue: string }[];
  readonly logger: Logger;
  /** Microseconds. */
  readonly now: number;
}

/**
 * Takes up what earlier runs have left: ends the segments that a crash left open, with the account that the crashed
 * writer could not close any more, and finds out where its feeds ended. That is noted at once: once the segments are in the lake
 * nothing else on this machine tells, and this run may be killed before it notes anything of its own.
 * @throws an error of the file system when the segments can't be read.
 */
export async function takeUp(options: EarlierOptions): Promise<Earlier> {
  const { folder, endsFile, logger, now } = options;
  const { leftovers, empty } = await leftoverSegments(folder);
  const ends = new Map<string, EarlierEnd>();
  for (const end of await readEnds(endsFile)) keepLatest(ends, end, end.cause ?? 'shutdown');
  for (const leftover of leftovers) {
    const { path, ended, head } = leftover;
    logger.info({ path }, `taking up a segment of an earlier run${ended ? '' : ', which ended without notice'}`);
    const found = lastLedgerState(leftover.notes);
    if (found === null) {
      if (!ended) await endSegment(leftover, []);
      continue;
    }
    const account = closeAccount(head.writer, found.state, leftover.rowsAfter(found.place));
    if (!ended) await endSegment(leftover, account.coverage);
    for (const end of account.ends) keepLatest(ends, end, 'crash');
  }
  const asksLake = ends.size === 0;
  if (asksLake) await readLake(options, ends, leftovers.every(({ ended }) => ended) ? 'shutdown' : 'crash');
  const known = [...ends].map(([text, end]): KnownEnd => {
    const [exchange, dataset, symbol] = JSON.parse(text) as [string, DatasetName, string | null];
    return { exchange, dataset, symbol, ...end };
  });
  if (leftovers.length > 0 || (asksLake && known.length > 0)) {
    await writeEnds(endsFile, known).catch((error) =>
      logger.warn(
        { error },
        'where the feeds of the last run ended can not be noted: keep this run alive for a minute',
      ),
    );
  }
  const rows = await rowsOfLate(options, leftovers, ends);
  return {
    segments: [...leftovers.map(({ path }) => path), ...empty],
    ends: known,
    end: ({ exchange, dataset, symbol }) => {
      const end = ends.get(keyOf({ exchange, dataset, symbol })) ?? null;
      return end !== null && end.until < now ? end : null;
    },
    rows: (exchange, dataset, venueSymbol) => rows.get(JSON.stringify([exchange, dataset, venueSymbol])) ?? [],
  };
}

/**
 * Notes where feeds stand, for the next run.
 * @param ends What was told until then is on disk or in the lake.
 * @param cause What will have ended them, where nothing newer is found.
 * @param earlier Where feeds stood before this run, of exchanges that it could not reach: the next run tells of the whole gap.
 */
export async function noteEnds(
  file: string,
  ends: readonly FeedEnd[],
  cause: EarlierEnd['cause'],
  earlier: readonly KnownEnd[],
): Promise<void> {
  const known = new Set(ends.map(keyOf));
  const kept = earlier.filter((end) => !known.has(keyOf(end)));
  await writeEnds(file, [...ends.map((end) => ({ ...end, cause })), ...kept]);
}

async function writeEnds(file: string, ends: readonly KnownEnd[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify({ ends }), { flush: true });
  await rename(`${file}.new`, file);
}

async function readEnds(file: string): Promise<readonly (FeedEnd & Partial<KnownEnd>)[]> {
  try {
    const { ends } = JSON.parse(await readFile(file, 'utf8')) as { ends?: unknown };
    return Array.isArray(ends) ? ends.filter(isEnd) : [];
  } catch {
    return [];
  }
}

function isEnd(value: unknown): value is FeedEnd & Partial<KnownEnd> {
  const { exchange, dataset, until } = (value ?? {}) as Partial<FeedEnd>;
  return typeof exchange === 'string' && typeof dataset === 'string' && typeof until === 'number' && until > 0;
}

/** Where the feeds ended by the coverage that the lake has of this writer. */
async function readLake(
  options: EarlierOptions,
  ends: Map<string, EarlierEnd>,
  cause: EarlierEnd['cause'],
): Promise<void> {
  const { lake, exchanges, writer, now, logger } = options;
  const columns = ['dataset', 'symbol', 'to_time', 'detail', 'writer'] as const;
  for (const { id: exchange } of exchanges) {
    try {
      const skipObjects = (name: string) => !name.startsWith(`stream-${writer}-`) && !isCompacted(name);
      for await (const row of lake.scan('coverage', { exchange, from: now - lookBack, columns, skipObjects })) {
        if (row.writer !== writer || claimOf(row.detail ?? null).kind !== 'stream') continue;
        const { dataset, symbol = null, to_time: until } = row;
        keepLatest(ends, { exchange, dataset: dataset as DatasetName, symbol, until }, cause);
      }
    } catch (error) {
      logger.warn({ exchange, error }, `${exchange}: where its feeds ended before can't be read from the lake`);
    }
  }
}

/** Rows of the last minutes before the feeds ended, of those that say things again. */
async function rowsOfLate(
  options: EarlierOptions,
  leftovers: readonly Leftover[],
  ends: ReadonlyMap<string, EarlierEnd>,
): Promise<Map<string, AnyRow[]>> {
  const { lake, exchanges, now, logger } = options;
  const found = new Map<string, AnyRow[]>();
  const keep = (dataset: DatasetName, row: AnyRow) => {
    for (const name of new Set([row.venue_symbol ?? null, null])) {
      const key = JSON.stringify([row.exchange, dataset, name]);
      const rows = found.get(key);
      if (rows === undefined) found.set(key, [row]);
      else rows.push(row);
    }
  };
  const lastEnd = Math.min(now, Math.max(...[...ends.values()].map(({ until }) => until)));
  const since = (Number.isFinite(lastEnd) ? lastEnd : now) - replayed;
  for (const { id, venue } of exchanges) {
    const replays = nativeAdapters[venue]?.streams.replays;
    const wanted = new Set<DatasetName>([...(replays?.events ?? []), ...(replays?.states ?? [])]);
    // One after the other: after a long outage of the lake there may be many.
    for (const leftover of wanted.size === 0 ? [] : leftovers) {
      if (leftover.modified < since) continue;
      for (const part of leftover.rowsAfter(-1)) {
        const { dataset } = part;
        if (part.exchange !== id || !wanted.has(dataset)) continue;
        const batch = part.all();
        for (let at = 0; at < batch.rows; at += 1) {
          const row = batch.row(at);
          if (Number(row.ts_recv) >= since) keep(dataset, row);
        }
      }
    }
    for (const dataset of wanted) {
      try {
        for await (const row of lake.scan(dataset, { exchange: id, from: since })) keep(dataset, row as AnyRow);
      } catch (error) {
        logger.warn({ exchange: id, dataset, error }, `${id}: rows of late can't be read from the lake`);
      }
    }
  }
  return found;
}

function keepLatest(ends: Map<string, EarlierEnd>, end: FeedEnd, cause: EarlierEnd['cause']): void {
  const { until } = end;
  const text = keyOf(end);
  const known = ends.get(text);
  if (known === undefined || until > known.until) ends.set(text, { until, cause });
}

function keyOf({ exchange, dataset, symbol }: Pick<FeedEnd, 'exchange' | 'dataset' | 'symbol'>): string {
  return JSON.stringify([exchange, dataset, symbol]);
}
