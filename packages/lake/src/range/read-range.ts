import { type AnyRow, type DatasetName, datasets, isoDate, parseIsoTime } from '@feedlake/schema';
import type { Lake } from '../lake.ts';
import type { LakeObject } from '../layout.ts';
import type { ObjectFooter } from '../parquet/footer.ts';
import { prefetch } from '../prefetch.ts';
import { holdsSymbol, overlaps } from '../scan.ts';
import { StoreError } from '../store/store-error.ts';
import { type Fact, Facts, spreadOf } from './facts.ts';
import { type FactKey, type Identity, identityOf } from './identity.ts';
import { merge, type Opening } from './merge.ts';
import { type ObjectRequest, openObject } from './open-object.ts';
import { Slots } from './slots.ts';
import type { Source } from './source.ts';

/** A place in the order of a range: behind the fact with this time (µs) and key. */
export interface RangePosition {
  readonly time: number;
  readonly key: FactKey;
}

/** Which facts of a dataset are wanted. */
export interface RangeQuery {
  readonly dataset: DatasetName;
  readonly exchange: string;
  /** Null = all. */
  readonly symbols: readonly string[] | null;
  /** Inclusive, microseconds, of `ts_event` or, where that is null, `ts_recv`. */
  readonly from: number;
  /** Exclusive, microseconds. */
  readonly to: number;
  /** A column of the natural key, and the value that it is to have; absent = any. */
  readonly where?: { readonly column: string; readonly value: string | number | null } | undefined;
  /** Only those behind this place. */
  readonly after?: RangePosition | null;
  /** Columns that rows have at least; all of them where nothing is said. */
  readonly columns?: readonly string[];
  readonly signal: AbortSignal;
}

/** Footers that are read at the same time: a bucket is some tens of milliseconds away. */
const parallelFooters = 16;
/** Objects that are opened ahead of their time: so many, and of small ones more, up to so many bytes in all. */
const openAhead = 4;
const smallAhead = { objects: 32, bytes: 1_048_576 };
/** How often it is begun anew where an object is gone that was there. */
const mostRestarts = 5;

/**
 * The facts of one exchange in a range of time, in the order of time and natural key, each once: what the views of
 * queries have, without an SQL engine. The same query with `after` goes on exactly behind any fact, also when rows of later
 * times were added in between. Memory is bounded by the objects that overlap at a time, not by the range.
 *
 * Facts come in pieces, so that their number costs little; between them other work has its turn.
 * @throws StoreError, ObjectError when the lake can't be read; the signal's reason.
 */
export async function* readRange(lake: Lake, query: RangeQuery): AsyncGenerator<readonly Fact[]> {
  let after = query.after ?? null;
  for (let restarts = 0; ; restarts += 1) {
    try {
      for await (const facts of readOnce(lake, { ...query, after })) {
        yield facts;
        after = facts.at(-1) ?? after;
        restarts = 0;
      }
      return;
    } catch (error) {
      // It is listed anew, and the place in the range is known.
      if (!isGone(error) || restarts >= mostRestarts) throw error;
    }
  }
}

/** Whether compaction has removed an object, as it has replaced it, since it was listed. */
function isGone(error: unknown): boolean {
  return error instanceof StoreError && error.fault === 'not_found';
}

/**
 * Whether a range can hold more facts than this; false is certain, going by the footers of its objects.
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function mayExceed(lake: Lake, query: RangeQuery, facts: number): Promise<boolean> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await hasMoreRows(lake, query, facts);
    } catch (error) {
      if (!isGone(error) || restarts >= mostRestarts) throw error;
    }
  }
}

async function hasMoreRows(lake: Lake, query: RangeQuery, facts: number): Promise<boolean> {
  let rows = 0;
  const start = Math.max(query.from, query.after?.time ?? query.from);
  const range = { from: start, to: query.to };
  for await (const objects of objectsByDate(lake, { ...query, ...range })) {
    for await (const { footer } of candidates(lake, objects, query, range)) {
      rows += footer.rows;
      if (rows > facts) return true;
    }
  }
  return false;
}

async function* readOnce(lake: Lake, query: RangeQuery): AsyncGenerator<readonly Fact[]> {
  const { dataset, from, to, where, after = null, signal } = query;
  const identity = identityOf(dataset);
  const columns = query.columns ?? Object.keys(datasets[dataset].columns);
  const start = Math.max(from, after?.time ?? from);
  const spread = spreadOf(dataset);
  const request: ObjectRequest = {
    dataset,
    columns: [...new Set([...columns, ...identity.columns, 'symbol'])],
    symbols: query.symbols === null ? null : new Set(query.symbols),
    from: start - spread,
    to: to + spread,
    signal,
  };
  const slots = new Slots(start, (since, until) => unscheduledKeys(lake, query, identity, since, until));
  const facts = new Facts(identity, spread, slots);
  const isWanted = ({ time, key, row }: Fact): boolean => {
    if (time < start || time >= to) return false;
    if (where !== undefined && (row[where.column] ?? null) !== where.value) return false;
    return after === null || time > after.time || identity.compare(key, after.key) > 0;
  };
  for await (const groups of merge(openings(lake, query, request))) {
    signal.throwIfAborted();
    for (const group of groups) await facts.add(group);
    const last = groups.at(-1)?.[0]?.time ?? start;
    const found = facts.settled(last + 1).filter(isWanted);
    if (found.length > 0) yield found;
  }
  const rest = facts.settled(Number.POSITIVE_INFINITY).filter(isWanted);
  if (rest.length > 0) yield rest;
}

/**
 * The objects of a range, by their first time. Nothing of a date is looked at before the merge has come to it; then each
 * object begins to be read a little before its turn.
 */
async function* openings(lake: Lake, query: RangeQuery, request: ObjectRequest): AsyncGenerator<Opening> {
  for await (const objects of objectsByDate(lake, { ...query, from: request.from, to: request.to })) {
    const midnight = parseIsoTime(objects[0]?.date ?? '') ?? request.from;
    yield { first: midnight, open: async () => [] };
    const found: Candidate[] = [];
    for await (const candidate of candidates(lake, objects, query, request)) found.push(candidate);
    const first = ({ footer }: Candidate) => footer.times?.[0] ?? midnight;
    found.sort((a, b) => first(a) - first(b));
    const opened = found.map((candidate) => ({ candidate, sources: null as Promise<Source[]> | null }));
    for (const [at, { candidate }] of opened.entries()) {
      let bytes = 0;
      for (const [index, ahead] of opened.slice(at, at + smallAhead.objects).entries()) {
        bytes += ahead.candidate.object.size;
        if (index >= openAhead && bytes > smallAhead.bytes) break;
        ahead.sources ??= openObject(lake, ahead.candidate.object, request);
        // Its failure is thrown when its turn comes, or no longer of interest when the reader stopped.
        ahead.sources.catch(() => undefined);
      }
      yield {
        first: first(candidate),
        open: async () => {
          const entry = opened[at];
          const sources = (await entry?.sources) ?? [];
          // Whoever has them lets go of them when they are used up: a date may be more than memory holds.
          if (entry !== undefined) entry.sources = null;
          return sources;
        },
      };
    }
  }
}

interface Candidate {
  readonly object: LakeObject;
  readonly footer: ObjectFooter;
}

/** The objects that can hold rows of a range, by their footers. */
async function* candidates(
  lake: Lake,
  objects: readonly LakeObject[],
  { symbols, signal }: Pick<RangeQuery, 'symbols' | 'signal'>,
  { from, to }: Pick<RangeQuery, 'from' | 'to'>,
): AsyncGenerator<Candidate> {
  const wanted = symbols === null ? null : new Set(symbols);
  const footers = prefetch(objects, parallelFooters, async (object) => ({
    object,
    footer: await lake.footer(object),
  }));
  for await (const candidate of footers) {
    signal.throwIfAborted();
    if (holdsSymbol(candidate.footer, wanted) && overlaps(candidate.footer, from, to)) yield candidate;
  }
}

/** The objects of the dates of a range, one date after the other. */
async function* objectsByDate(
  lake: Lake,
  { dataset, exchange, from, to }: Pick<RangeQuery, 'dataset' | 'exchange' | 'from' | 'to'>,
): AsyncGenerator<LakeObject[]> {
  if (from >= to) return;
  const dates = { firstDate: isoDate(from), lastDate: isoDate(to - 1) };
  let objects: LakeObject[] = [];
  for await (const object of lake.objects(dataset, { exchanges: [exchange], ...dates })) {
    if (objects[0] !== undefined && objects[0].date !== object.date) {
      yield objects;
      objects = [];
    }
    objects.push(object);
  }
  if (objects.length > 0) yield objects;
}

/** Keys of rows that were polled for a slot and have no time of their own. */
async function unscheduledKeys(
  lake: Lake,
  { dataset, exchange, symbols }: RangeQuery,
  identity: Identity,
  from: number,
  to: number,
): Promise<string[]> {
  const keys: string[] = [];
  const query = {
    exchange,
    ...(symbols === null ? {} : { symbols }),
    from,
    to,
    columns: [...new Set([...identity.columns, 'ts_recv'])] as never[],
  };
  for await (const row of lake.scan(dataset, query) as AsyncGenerator<AnyRow>) {
    if (row.ts_event === null && row.scheduled_time !== null) keys.push(JSON.stringify(identity.keyOf(row)));
  }
  return keys;
}
