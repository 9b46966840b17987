import type { Lake } from '@feedlake/lake';
import { second } from '@feedlake/schema';
import { type Clock, systemClock } from '@feedlake/transport';
import { failureOf } from '../failure.ts';
import { fetchHistory } from '../history.ts';
import { HistoryKeeper } from '../history-keeper.ts';
import type { Wanted } from '../selection.ts';
import type { Venue } from '../venue.ts';
import type { BackfillProgress, BackfillRequest, BackfillStatus } from './backfill.ts';
import { BackfillRecord, newBackfillId, type RecordedBackfill, type Report } from './backfill-record.ts';

export interface BackfillJobsOptions {
  readonly lake: Lake;
  /** Gives an exchange; what it throws fails the backfill. */
  readonly venueOf: (exchange: string) => Venue;
  /** What `all` symbols of an exchange are. Default: all. */
  readonly symbolsOf?: (exchange: string) => Wanted;
  readonly clock?: Clock;
}

/** A backfill that nobody asked for, or whose record is gone. */
export class UnknownBackfillError extends Error {
  override readonly name = 'UnknownBackfillError';
}

/** How often (ms) a run says how far it is, and after what time (µs) without a word it is taken for dead. */
const reportEveryMs = 20_000;
const deadAfter = 50 * second;
/** More failures than this are not told one by one: a report is read by people. */
const mostFailures = 500;
const usualPeriod = 3600;
/** Records that are read at the same time. */
const readAtOnce = 8;

/**
 * Backfills that outlive whoever works on them. What is wanted stands in the store, and what was fetched in the lake, so a
 * run that ends early (its time is over, a crash) is taken up by the next one, which fetches only what the lake lacks. One that
 * is at work says so, and whoever is told to run the same backfill meanwhile leaves it alone.
 */
export class BackfillJobs {
  readonly #lake: Lake;
  readonly #venueOf: BackfillJobsOptions['venueOf'];
  readonly #symbolsOf: (exchange: string) => Wanted;
  readonly #clock: Clock;
  readonly #record: BackfillRecord;

  constructor({ lake, venueOf, symbolsOf = () => 'all', clock = systemClock }: BackfillJobsOptions) {
    this.#lake = lake;
    this.#venueOf = venueOf;
    this.#symbolsOf = symbolsOf;
    this.#clock = clock;
    this.#record = new BackfillRecord(lake.store);
  }

  /**
   * Takes a request; nothing is fetched yet. Its end is at most the present.
   * @throws StoreError when it can't be written.
   */
  async create(request: BackfillRequest): Promise<BackfillStatus> {
    const created = this.#clock.now();
    const id = newBackfillId(created);
    const symbols = request.symbols === 'all' ? this.#symbolsOf(request.exchange) : request.symbols;
    const asked = { ...request, symbols, to: Math.min(request.to, created) };
    const { writer } = this.#lake;
    await this.#record.create(id, { request: asked, created, writer });
    return {
      id,
      request: asked,
      writer,
      created,
      updated: created,
      state: 'queued',
      done: 0,
      total: null,
      fetched: 0,
      failures: [],
    };
  }

  /**
   * How far a backfill is; null when there is none of that id.
   * @throws StoreError when it can't be read.
   */
  async status(id: string): Promise<BackfillStatus | null> {
    return (await this.#record.read(id))?.status ?? null;
  }

  /**
   * So many of those that were asked for last, newest first.
   * @throws StoreError when they can't be read.
   */
  async newest(most: number): Promise<BackfillStatus[]> {
    const ids = (await this.#record.ids()).slice(-most).reverse();
    const all: BackfillStatus[] = [];
    for (let at = 0; at < ids.length; at += readAtOnce) {
      const some = await Promise.all(ids.slice(at, at + readAtOnce).map((id) => this.status(id)));
      all.push(...some.filter((status) => status !== null));
    }
    return all;
  }

  /** Those that this writer was asked for and that are not at their end, oldest first. @throws StoreError */
  async unfinished(): Promise<BackfillStatus[]> {
    const all: BackfillStatus[] = [];
    for (const id of await this.#record.ids()) {
      const status = await this.status(id);
      if (status !== null && isOpen(status) && status.writer === this.#lake.writer) all.push(status);
    }
    return all;
  }

  /**
   * Goes on with a backfill, to its end or until the signal is aborted; then the state is still `running`, and another run
   * goes on where this one stopped. One at its end is left alone, and one that another run is at work on.
   * @returns where it stands.
   * @throws UnknownBackfillError; StoreError when the lake can't be read or written to: the next run goes on.
   */
  async run(id: string, signal: AbortSignal): Promise<BackfillStatus> {
    const found = await this.#record.read(id);
    if (found === null) throw new UnknownBackfillError(`there is no backfill ${id}`);
    if (!isOpen(found.status)) return found.status;
    if (found.isAtWork && this.#clock.now() - found.status.updated < deadAfter) return found.status;
    const reporter = new Reporter(this.#record, found, this.#clock);
    // Of two that begin at once, one is the first to say so.
    if (!(await reporter.begin())) return (await this.status(id)) ?? found.status;
    const beat = setInterval(() => reporter.repeat(), reportEveryMs);
    try {
      return await reporter.end(await this.#fetch(found.status, signal, reporter));
    } finally {
      clearInterval(beat);
    }
  }

  /**
   * Ends a backfill that nobody will work on, as `failed`, with a message for people; one at its end is left alone.
   * @throws UnknownBackfillError; StoreError when it can't be written.
   */
  async abandon(id: string, message: string): Promise<void> {
    const found = await this.#record.read(id);
    if (found === null) throw new UnknownBackfillError(`there is no backfill ${id}`);
    if (!isOpen(found.status)) return;
    const { exchange } = found.status.request;
    const failures = [{ exchange, symbol: null, message, kind: 'internal' }];
    await new Reporter(this.#record, found, this.#clock).end({ ...found.status, state: 'failed', failures });
  }

  async #fetch(before: BackfillStatus, signal: AbortSignal, reporter: Reporter): Promise<BackfillProgress> {
    const { exchange, dataset, symbols, from, to, periodSeconds } = before.request;
    let fetched = before.fetched;
    let done = before.done;
    let total = before.total;
    let venue: Venue;
    try {
      venue = this.#venueOf(exchange);
    } catch (error) {
      return { ...before, state: 'failed', failures: [failureOf(exchange, null, error, signal)] };
    }
    try {
      const request = {
        symbols,
        from,
        to,
        periodSeconds: periodSeconds ?? usualPeriod,
        now: this.#clock.now(),
        clock: () => this.#clock.now(),
        signal,
        keeper: new HistoryKeeper(this.#lake),
      };
      const result = await fetchHistory(venue, dataset, request, {
        onPage: ({ rows }) => {
          fetched += rows;
        },
        onProgress: (work) => {
          done = before.done + work.done;
          total = before.done + work.total;
          reporter.progress = { state: 'running', done, total, fetched, failures: [] };
        },
      });
      fetched = before.fetched + result.fetched;
      // A failure of the exchange as a whole, or of every symbol that was asked for, leaves nothing to go through.
      const isHopeless = result.failures.length > 0 && result.plan.instruments.length === 0;
      const failures = result.failures.slice(0, mostFailures);
      return { state: isHopeless ? 'failed' : 'done', done, total: total ?? 0, fetched, failures };
    } catch (error) {
      if (!signal.aborted) throw error;
      return { state: 'running', done, total, fetched, failures: [] };
    }
  }
}

/** Says how far a run is, in reports of rising numbers. */
class Reporter {
  readonly #record: BackfillRecord;
  readonly #clock: Clock;
  readonly #before: BackfillStatus;
  #number: number;
  #writes: Promise<unknown> = Promise.resolve();
  /** What is said next. */
  progress: BackfillProgress;

  constructor(record: BackfillRecord, { status, reports }: RecordedBackfill, clock: Clock) {
    this.#record = record;
    this.#clock = clock;
    this.#before = status;
    this.#number = reports;
    const { done, total, fetched } = status;
    this.progress = { state: 'running', done, total, fetched, failures: [] };
  }

  /** @returns whether it may begin: false when another run has just begun. @throws StoreError */
  begin(): Promise<boolean> {
    return this.#record.report(this.#before.id, ++this.#number, this.#report(true));
  }

  /** Says that it is at work. A report that can't be written is none: the next one will tell. */
  repeat(): void {
    this.#writes = this.#writes.then(() =>
      this.#record.report(this.#before.id, ++this.#number, this.#report(true)).catch(() => {}),
    );
  }

  /** The last word. @throws StoreError when it can't be written. */
  async end(progress: BackfillProgress): Promise<BackfillStatus> {
    this.progress = progress;
    await this.#writes;
    const report = this.#report(false);
    while (!(await this.#record.report(this.#before.id, ++this.#number, report)));
    const { isAtWork: _, ...said } = report;
    return { ...this.#before, ...said };
  }

  #report(isAtWork: boolean): Report {
    const { state, done, total, fetched, failures } = this.progress;
    return { state, done, total, fetched, failures, updated: this.#clock.now(), isAtWork };
  }
}

function isOpen({ state }: BackfillProgress): boolean {
  return state === 'queued' || state === 'running';
}
