import type { Lake } from '@feedlake/lake';
import { second } from '@feedlake/schema';
import { type Clock, systemClock } from '@feedlake/transport';
import { failureOf } from '../failure.ts';
import { fetchHistory } from '../history.ts';
import { HistoryKeeper } from '../history-keeper.ts';
import type { Venue } from '../venue.ts';
import type { BackfillProgress, BackfillRequest, BackfillStatus } from './backfill.ts';
import { BackfillRecord, newBackfillId } from './backfill-record.ts';

export interface BackfillJobsOptions {
  readonly lake: Lake;
  /** Gives an exchange; what it throws fails the backfill. */
  readonly venueOf: (exchange: string) => Venue;
  readonly clock?: Clock;
}

/** A backfill that nobody asked for, or whose record is gone. */
export class UnknownBackfillError extends Error {
  override readonly name = 'UnknownBackfillError';
}

/** How often a run says how far it is. */
const reportEvery = 30 * second;
/** More failures than this are not told one by one: a report is read by people. */
const mostFailures = 500;
const usualPeriod = 3600;

/**
 * Backfills that outlive whoever works on them. What is wanted stands in the store, and what was fetched in the lake, so a
 * run that ends early (its time is over, a crash) is taken up by the next one, which fetches only what the lake lacks.
 * Two runs of one backfill at once do work twice, and store nothing twice.
 */
export class BackfillJobs {
  readonly #lake: Lake;
  readonly #venueOf: BackfillJobsOptions['venueOf'];
  readonly #clock: Clock;
  readonly #record: BackfillRecord;

  constructor({ lake, venueOf, clock = systemClock }: BackfillJobsOptions) {
    this.#lake = lake;
    this.#venueOf = venueOf;
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
    const bounded = { ...request, to: Math.min(request.to, created) };
    await this.#record.create(id, bounded, created);
    return {
      id,
      request: bounded,
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

  /** Those that are not at their end, oldest first. @throws StoreError */
  async unfinished(): Promise<BackfillStatus[]> {
    const all: BackfillStatus[] = [];
    for (const id of await this.#record.ids()) {
      const status = await this.status(id);
      if (status !== null && isOpen(status)) all.push(status);
    }
    return all;
  }

  /**
   * Goes on with a backfill, to its end or until the signal is aborted; then the state is still `running`, and another run
   * goes on where this one stopped. One at its end is left alone.
   * @returns where it stands.
   * @throws UnknownBackfillError; StoreError when the lake can't be read or written to: the next run goes on.
   */
  async run(id: string, signal: AbortSignal): Promise<BackfillStatus> {
    const found = await this.#record.read(id);
    if (found === null) throw new UnknownBackfillError(`there is no backfill ${id}`);
    if (!isOpen(found.status)) return found.status;
    const reporter = new Reporter(this.#record, found, this.#clock);
    await reporter.report({ ...found.status, state: 'running' });
    return reporter.report(await this.#fetch(found.status, signal, reporter));
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
          reporter.reportNowAndThen({ state: 'running', done, total, fetched, failures: [] });
        },
      });
      fetched = before.fetched + result.fetched;
      // A failure of the exchange as a whole leaves no plan to go through.
      const isHopeless = result.plan.offer === null;
      const failures = result.failures.slice(0, mostFailures);
      return { state: isHopeless ? 'failed' : 'done', done, total: total ?? 0, fetched, failures };
    } catch (error) {
      if (!signal.aborted) throw error;
      return { state: 'running', done, total, fetched, failures: [] };
    }
  }
}

/** Says how far a run is. Whoever else works on the same backfill may say so too: then numbers are passed over. */
class Reporter {
  readonly #record: BackfillRecord;
  readonly #clock: Clock;
  #status: BackfillStatus;
  #number: number;
  #writes: Promise<unknown> = Promise.resolve();
  #reported: number;

  constructor(record: BackfillRecord, { status, reports }: { status: BackfillStatus; reports: number }, clock: Clock) {
    this.#record = record;
    this.#clock = clock;
    this.#status = status;
    this.#number = reports;
    this.#reported = clock.now();
  }

  /** @throws StoreError when it can't be written. */
  async report({ state, done, total, fetched, failures }: BackfillProgress): Promise<BackfillStatus> {
    const report = { state, done, total, fetched, failures, updated: this.#clock.now() };
    this.#status = { ...this.#status, ...report };
    this.#reported = report.updated;
    this.#writes = this.#writes.then(async () => {
      while (!(await this.#record.report(this.#status.id, ++this.#number, report)));
    });
    await this.#writes;
    return this.#status;
  }

  /** Reports unless that was done a moment ago. A report that can't be written is none: the last one will tell. */
  reportNowAndThen(progress: BackfillProgress): void {
    if (this.#clock.now() - this.#reported < reportEvery) return;
    this.report(progress).catch(() => {
      this.#writes = Promise.resolve();
    });
  }
}

function isOpen({ state }: BackfillProgress): boolean {
  return state === 'queued' || state === 'running';
}
